// Other wallets' libraries, asked one question after another: a line of JSON each way.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { joinQRs, splitQRs } from "bbqr";

const require = createRequire(import.meta.url);
const { UR, URDecoder, UREncoder } = require("@ngraveio/bc-ur");
const registry = require("@keystonehq/bc-ur-registry");

const bytes = text => Buffer.from(text, "hex");
const ETH_SIGN_REQUEST = { uuid: 1, data: 2, kind: 3, chain: 4, path: 5 }; // ERC-4527

// What a wallet that is built on the registry puts into a UR, of the kinds that the registry can hold.
const items = {
  bytes: ({ payload }) => new registry.Bytes(bytes(payload)),
  "crypto-psbt": ({ payload }) => new registry.CryptoPSBT(bytes(payload)),
  "crypto-hdkey": ({ payload }) => registry.CryptoHDKey.fromCBOR(bytes(payload)),
  "crypto-output": ({ payload }) => registry.CryptoOutput.fromCBOR(bytes(payload)),
  "crypto-account": ({ payload }) => registry.CryptoAccount.fromCBOR(bytes(payload)),
};

const path = (...steps) =>
  new registry.CryptoKeypath(steps.map(index => new registry.PathComponent({ index, hardened: true })), bytes("73c5da0a"));

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
  // As a wallet shows it: the registry's item through its own encoder.
  registry_show({ type, payload, fragment, count }) {
    const encoder = items[type]({ payload }).toUREncoder(fragment, 0, 10);
    return { frames: Array.from({ length: count }, () => encoder.nextPart()) };
  },
  // As a wallet scans it: until the registry has made an item of the type that the UR names.
  registry_scan({ frames }) {
    const decoder = new registry.URRegistryDecoder();
    for (const frame of frames) {
      decoder.receivePart(frame);
      if (decoder.isComplete()) break;
    }
    const item = decoder.resultRegistryType();
    return { type: item.getRegistryType().getType(), cbor: item.toCBOR().toString("hex") };
  },
  eth_sign_request({ data }) {
    const { DataItem, encodeDataItem } = registry;
    const item = new DataItem({
      [ETH_SIGN_REQUEST.uuid]: new DataItem(bytes("9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d"), 37),
      [ETH_SIGN_REQUEST.data]: bytes(data),
      [ETH_SIGN_REQUEST.kind]: 4,
      [ETH_SIGN_REQUEST.chain]: 11155111,
      [ETH_SIGN_REQUEST.path]: new DataItem(path(44, 60, 0).toDataItem().getData(), 304),
    });
    return { cbor: encodeDataItem(item).toString("hex") };
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
