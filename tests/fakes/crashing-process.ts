/** Dies as a native library does. */
process.stdout.write('{"kind":"stage","stage":"looking"}\n', () => process.abort());
