// Other wallets' libraries, asked one question after another: a line of JSON each way.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { joinQRs, splitQRs } from "bbqr";

const require = createRequire(import.meta.url);
const { UR, URDecoder, UREncoder } = require("@ngraveio/bc-ur");
const registry = require("@keystonehq/bc-ur-registry");

const bytes = text => Buffer.from(text, "hex");

const answers = {
  // How many frames it took until the message was there; -1 where it never was.
  ur_decode({ frames }) {
    const decoder = new URDecoder();
    for (let used = 1; used <= frames.length; used++) {
      decoder.receivePart(frames[used - 1]);
      if (decoder.isComplete()) {
        if (!decoder.isSuccess()) return { used, error: decoder.resultError() };
        const ur = decoder.resultUR();
        return { used, type: ur.type, cbor: ur.cbor.toString("hex") };
      }
    }
    return { used: -1 };
  },
  ur_encode({ type, cbor, fragment, count }) {
    const encoder = new UREncoder(new UR(bytes(cbor), type), fragment, 0, 10);
    return { frames: Array.from({ length: count }, () => encoder.nextPart()) };
  },
  psbt_decode({ cbor }) {
    return { psbt: registry.CryptoPSBT.fromCBOR(bytes(cbor)).getPSBT().toString("hex") };
  },
  psbt_encode({ psbt }) {
    return { cbor: new registry.CryptoPSBT(bytes(psbt)).toCBOR().toString("hex") };
  },
  output_decode({ cbor }) {
    return { descriptor: registry.CryptoOutput.fromCBOR(bytes(cbor)).toString() };
  },
  account_decode({ cbor }) {
    const account = registry.CryptoAccount.fromCBOR(bytes(cbor));
    return {
      fingerprint: account.getMasterFingerprint().toString("hex"),
      descriptors: account.getOutputDescriptors().map(each => each.toString()),
    };
  },
  bbqr_join({ frames }) {
    const joined = joinQRs(frames);
    return { type: joined.fileType, encoding: joined.encoding, raw: Buffer.from(joined.raw).toString("hex") };
  },
  bbqr_split({ raw, type, encoding, version }) {
    const options = { encoding, minVersion: version, maxVersion: version };
    const made = splitQRs(Uint8Array.from(bytes(raw)), type, options);
    return { frames: made.parts, encoding: made.encoding };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  let answer;
  try {
    answer = answers[question.ask](question);
  } catch (problem) {
    answer = { error: String(problem) };
  }
  console.log(JSON.stringify(answer));
}
