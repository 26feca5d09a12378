// How CloudFront asks: a function of a distribution, with a key value store.
import cf from 'cloudfront';
import crypto from 'crypto';

const STORE = cf.kvs();

async function handler(event) {
    try {
        return await answer(event.request, event.viewer.ip, kept);
    } catch (error) {
        console.log(`taken for open: ${error}`);
        return event.request;
    }
}

// What the store has; nothing where it has none, or does not answer.
async function kept(name) {
    try {
        return (await STORE.get(name)).trim();
    } catch (error) {
        return '';
    }
}
