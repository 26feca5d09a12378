// How Cloudflare asks: a Worker before the zone's cache and load balancer, with a namespace of Workers KV.
import crypto from 'node:crypto';

export default {
    async fetch(asked, env) {
        const request = shaped(asked);
        let answered = request;
        try {
            const address = asked.headers.get('cf-connecting-ip') || '';
            answered = await answer(request, address, (name) => kept(env, name));
        } catch (error) {
            console.log(`taken for open: ${error}`);
        }
        return answered === request ? fetch(passed(asked)) : response(answered);
    },
};

// What the store has; nothing where it has none, or does not answer. What places are signed with is no value of it.
async function kept(env, name) {
    try {
        return name === 'key' ? env.KEY || '' : ((await env.STORE.get(name)) || '').trim();
    } catch (error) {
        return '';
    }
}

function shaped(asked) {
    const url = new URL(asked.url);
    const headers = { host: { value: url.host } };
    if (asked.headers.has('user-agent')) {
        headers['user-agent'] = { value: asked.headers.get('user-agent') };
    }
    const cookies = {};
    for (const part of parts(asked)) {
        const [name, ...value] = part.split('=');
        cookies[name] = { value: value.join('=') };
    }
    return {
        method: asked.method,
        uri: url.pathname,
        headers: headers,
        cookies: cookies,
        rawQueryString: () => url.search.slice(1),
    };
}

function parts(asked) {
    return (asked.headers.get('cookie') || '').split(';').map((part) => part.trim()).filter((part) => part);
}

// The request without a place: neither the shop nor what is kept at edges tells customers apart by it.
function passed(asked) {
    const others = parts(asked).filter((part) => !part.startsWith(`${COOKIE}=`));
    if (others.length === parts(asked).length) {
        return asked;
    }
    const headers = new Headers(asked.headers);
    headers.delete('cookie');
    if (others.length) {
        headers.set('cookie', others.join('; '));
    }
    return new Request(asked, { headers: headers });
}

function response(answered) {
    const headers = new Headers();
    for (const name of Object.keys(answered.headers)) {
        headers.set(name, answered.headers[name].value);
    }
    for (const name of Object.keys(answered.cookies || {})) {
        headers.append('set-cookie', `${name}=${answered.cookies[name].value}; ${answered.cookies[name].attributes}`);
    }
    return new Response(answered.body ? answered.body.data : null, { status: answered.statusCode, headers: headers });
}
