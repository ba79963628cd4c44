// A CloudFront function (cloudfront-js-2.0): sends every request on to another host, its path and query unchanged.
// site.py writes the host in the place of the example.
const HOST = 'www.example.com';

function handler(event) {
    const request = event.request;
    if (request.headers.host && request.headers.host.value === HOST) {
        return request; // it has arrived: no loop
    }
    const query = request.rawQueryString(); // undefined where there is no question mark
    return {
        statusCode: 301,
        statusDescription: 'Moved Permanently',
        headers: {
            location: { value: 'https://' + HOST + request.uri + (query === undefined ? '' : '?' + query) },
            'cache-control': { value: 'max-age=3600' }, // a browser would keep it for ever
        },
    };
}
