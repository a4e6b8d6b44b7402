// Answers the paths of a single-page application with its index page. Files have an extension; what has none is a
// page that only the application knows. /.well-known/ is for machines and stays as it is.
function handler(event) {
    var request = event.request;
    var last = request.uri.substring(request.uri.lastIndexOf('/') + 1);
    if (last.indexOf('.') === -1 && request.uri.indexOf('/.well-known/') !== 0) {
        request.uri = '/index.html';
    }
    return request;
}
