// What strangers send to a log or its verifier: notes, keys, witness requests, proofs, bundles. The first byte says
// which.
#include "audit/audit.h"
#include "core/check.h"

namespace {

class NoMemory final : public puente::WitnessStorage {
 public:
  puente::Result<std::optional<puente::Witnessed>> witnessed(const std::string&) const override {
    return std::optional<puente::Witnessed>();
  }
  puente::Status remember_witnessed(const std::string&, std::uint64_t, const puente::Witnessed&) override { return {}; }
  puente::Result<std::optional<puente::Digest>> witnessed_root(const std::string&, std::uint64_t) const override {
    return std::optional<puente::Digest>();
  }
  puente::Status keep_shown(const std::string&, const puente::Shown&) override { return {}; }
  puente::Result<std::vector<puente::Shown>> shown(const std::string&) const override {
    return std::vector<puente::Shown>();
  }
  puente::Result<std::vector<std::string>> witnessed_origins() const override { return std::vector<std::string>(); }
  puente::Status forget_witnessed(const std::string&) override { return {}; }
};

constexpr const char* kHostile = "of hostile bytes it must only come back";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  static const SigningKey key = *SigningKey::from_seed(Bytes(32, 1));
  static const std::vector<audit::VerifierKey> overseers{{"o", audit::KeyType::kOverseer, key.public_key()}};
  static const audit::VerifierKey log{"l", audit::KeyType::kLog, key.public_key()};
  if (size == 0) return 0;
  const ByteView bytes(data + 1, size - 1);
  const std::string_view in = text(bytes);
  switch (data[0] % 5) {
    case 0: {
      const auto checkpoint = audit::parse_checkpoint(in);
      discard(audit::verify_checkpoint(in, log), kHostile);
      discard(audit::verify_cosignature(in, overseers[0]), kHostile);
      discard(audit::with_cosignatures(in, in, overseers), kHostile);
      if (checkpoint.ok() && audit::is_key_name(checkpoint->origin))
        CHECK(*audit::parse_checkpoint(audit::sign_checkpoint(*checkpoint, key)) == *checkpoint);
      break;
    }
    case 1: {
      const auto vkey = audit::parse_vkey(in);
      if (vkey.ok()) CHECK(*audit::parse_vkey(audit::to_vkey(*vkey)) == *vkey);
      break;
    }
    case 2: {
      NoMemory storage;
      const SystemClock clock;
      audit::Witness witness("o", key, {log}, storage, clock);
      const int status = witness.add_checkpoint(in).status;
      CHECK(status == 200 || (status >= 400 && status < 500));
      break;
    }
    case 3:
      discard(audit::check_proof(in, {}, log, overseers), kHostile);
      break;
    default: {
      const auto leaves = audit::parse_bundle(bytes);
      CHECK(!leaves.ok() || leaves->size() <= 256);
    }
  }
  return 0;
}
