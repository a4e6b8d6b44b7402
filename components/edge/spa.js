// Answers the paths of a single-page application with its index page. Files have an extension; what has none is a
// page that only the application knows. /.well-known/ is for machines and stays as it is.
//
// The API's host has no pages. Its paths never come here, so whatever does is 404.
var apiHost = '<API HOST>';

function handler(event) {
    var request = event.request;
    if (apiHost !== '' && request.headers.host.value.toLowerCase() === apiHost) {
        return {
            statusCode: 404,
            statusDescription: 'Not Found',
            headers: {
                'cache-control': { value: 'no-store' },
                'content-type': { value: 'application/json' },
                'x-content-type-options': { value: 'nosniff' }
            },
            body: '{"error":"not found"}'
        };
    }
    var last = request.uri.substring(request.uri.lastIndexOf('/') + 1);
    if (last.indexOf('.') === -1 && request.uri.indexOf('/.well-known/') !== 0) {
        request.uri = '/index.html';
    }
    return request;
}
