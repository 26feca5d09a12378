// What an edge runs before it answers a request: whether the shop is shown, or a page apart from it.
//
// `mode` in a store of keys and values says it: `open`, `read-only`, `queue SHARE` (percent of those who ask within a
// minute that are let in) or `closed`. What is missing, or nothing of these, is `open`: this must never be what closes a
// shop.
//
// SETTINGS stands above this: `page`, the address that pages are below; `health`, a path that is always answered by the
// shop; `passing`, regular expressions of paths that the queue lets pass, whose callers cannot wait. Below it stands how
// a vendor's edge asks, with `crypto` and the store: requests and answers have the shape of CloudFront's.
const COOKIE = '__Host-admitted';
const KEPT = 3600; // seconds for which a place is kept; who goes on keeps it
const READS = ['GET', 'HEAD', 'OPTIONS'];

// The request itself where it passes, else what is answered. `kept` has what the store has: nothing where it has none.
async function answer(request, address, kept) {
    if (request.uri === SETTINGS.health) {
        return request;
    }
    const mode = await kept('mode');
    if (mode === 'closed') {
        return page('closed');
    }
    if (mode === 'read-only') {
        return READS.indexOf(request.method) < 0 ? page('read-only') : request;
    }
    const queue = /^queue (\d{1,3}(\.\d{1,4})?)$/.exec(mode);
    const key = queue && (await kept('key'));
    if (!key || SETTINGS.passing.some((path) => new RegExp(path).test(request.uri))) {
        return request;
    }
    return queued(request, address, key, Number(queue[1]));
}

function queued(request, address, key, share) {
    const now = Math.floor(Date.now() / 1000);
    const left = remaining(request.cookies[COOKIE], key, now);
    delete request.cookies[COOKIE]; // neither the shop nor what is kept at edges tells customers apart by it
    if (left > KEPT / 2) {
        return request;
    }
    if (left <= 0 && drawn(request, address, key, now) >= share) {
        return page('queue');
    }
    return request.method === 'GET' ? admitted(request, key, now + KEPT) : request;
}

function signed(key, text) {
    return crypto.createHmac('sha256', key).update(text).digest('hex');
}

// Seconds for which a customer still has a place.
function remaining(cookie, key, now) {
    const parts = cookie ? cookie.value.split('.') : [];
    return parts.length === 2 && signed(key, parts[0]) === parts[1] ? Number(parts[0]) - now : 0;
}

// From 0 to below 100: the same for one customer over a minute, so that nobody gains by asking more often.
function drawn(request, address, key, now) {
    const agent = request.headers['user-agent'] ? request.headers['user-agent'].value : '';
    const hash = signed(key, [address, agent, Math.floor(now / 60)].join(' '));
    return (parseInt(hash.slice(0, 8), 16) / 0x100000000) * 100;
}

// The same address again, with a place. The host is said: a path that begins with two slashes must lead to no other.
function admitted(request, key, until) {
    const query = request.rawQueryString();
    const cookies = {};
    cookies[COOKIE] = {
        value: `${until}.${signed(key, String(until))}`,
        attributes: `Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${KEPT}`,
    };
    return {
        statusCode: 302,
        statusDescription: 'Found',
        headers: {
            location: { value: `https://${request.headers.host.value}${request.uri}${query ? `?${query}` : ''}` },
            'cache-control': { value: 'no-store' },
        },
        cookies: cookies,
    };
}

// 503, which programs and search engines understand; a browser goes on to the page.
function page(state) {
    const address = `${SETTINGS.page}${state}.html`;
    return {
        statusCode: 503,
        statusDescription: 'Service Unavailable',
        headers: {
            'content-type': { value: 'text/html; charset=utf-8' },
            'cache-control': { value: 'no-store' },
            'retry-after': { value: '30' },
        },
        body: {
            encoding: 'text',
            data:
                '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
                `<title>${address}</title>` +
                `<meta http-equiv="refresh" content="0;url=${address}"><p><a href="${address}">${address}</a></p></html>`,
        },
    };
}
