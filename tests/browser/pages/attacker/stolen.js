window.foreignScript = true;
