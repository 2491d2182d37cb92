import { App } from 'cdktf';
import { ShopStack } from './shop-stack';

const app = new App({ hclOutput: false });
new ShopStack(app, 'shop-dev', { environment: 'dev', tokenEnvironment: 'test', protect: false });
new ShopStack(app, 'shop-prod', { environment: 'prod', tokenEnvironment: 'live', protect: true });
app.synth();
