/** Lives until its owner ends it, and says nothing. */
setInterval(() => {}, 1000);
