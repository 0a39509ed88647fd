// Uploads a file with tus-js-client, which gives up in the middle and goes on as a new one. Prints the upload's address.
const [client, endpoint, token, path] = process.argv.slice(2);
const tus = require(client);
const fs = require("fs");

const { size } = fs.statSync(path);
const headers = { authorization: `Bearer ${token}` };
const options = { endpoint, headers, uploadSize: size, chunkSize: 256 * 1024, retryDelays: null };

function upload(more) {
  return new Promise((done, failed) => {
    const upload = new tus.Upload(fs.createReadStream(path), {
      ...options,
      ...more,
      onError: failed,
      onSuccess: () => done(upload.url),
      onChunkComplete: (_, accepted) => {
        if (more.until && accepted >= more.until) upload.abort().then(() => done(upload.url), failed);
      },
    });
    upload.start();
  });
}

async function main() {
  const metadata = { filename: "a name with ä.bin", filetype: "application/octet-stream" };
  const address = await upload({ metadata, until: size / 2 });
  console.log(await upload({ uploadUrl: address }));
}

main().catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
