// libpuente's C interface over intake and modality/finger. The one place where exceptions of ours could leave the
// library: none does.
#include <puente/puente.h>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

#include "core/limits.h"
#include "format/iso/iso.h"
#include "intake/intake.h"
#include "modality/finger/finger.h"

struct puente_print {
  puente::finger::Template features;
  puente::finger::Prepared prepared;
  int quality = -1;
  std::vector<std::string> reasons{};
};

namespace {

using puente::Code;
using puente::Error;
using puente::Result;
using puente::Status;

thread_local std::string last_message;

puente_code fail(puente_code code, const std::string& message) {
  last_message = message;
  return code;
}

puente_code code_of(Code code) {
  switch (code) {
    case Code::kInvalidInput:
    case Code::kCorrupt:
    case Code::kNotFound:
      return PUENTE_INVALID_INPUT;
    case Code::kTooLarge:
      return PUENTE_TOO_LARGE;
    case Code::kUnsupported:
      return PUENTE_UNSUPPORTED;
    case Code::kNoFeatures:
      return PUENTE_NO_FEATURES;
    default:
      return PUENTE_INTERNAL;
  }
}

// Runs what a call does, and makes a code of whatever comes of it.
template <typename Do>
puente_code guarded(Do&& work) noexcept {
  try {
    const Status done = work();
    return done.ok() ? PUENTE_OK : fail(code_of(done.error().code), done.error().message);
  } catch (const std::bad_alloc&) {
    last_message.clear();  // a message would need memory too
    return PUENTE_INTERNAL;
  } catch (const std::exception& exception) {
    return fail(PUENTE_INTERNAL, exception.what());
  }
}

Error missing(const char* what) {
  return {Code::kInvalidInput, std::string(what) + " must not be null"};
}

// Once a process: whether this processor computes the scores that were tested.
const Status& computes_as_tested() {
  static const Status tested = puente::finger::self_test();
  return tested;
}

Status give(puente::finger::Template features, puente_print** print) {
  TRY(computes_as_tested());
  auto prepared = puente::finger::prepare(features);
  *print = new puente_print{std::move(features), std::move(prepared)};
  return {};
}

// Of an image, whose ppi is 0 where nobody said it.
Status give(puente::finger::Template features, puente::finger::Quality quality, double ppi, puente_print** print) {
  if (ppi == 0) quality.reasons.emplace_back("resolution_assumed");
  TRY(give(std::move(features), print));
  (*print)->quality = quality.score;
  (*print)->reasons = std::move(quality.reasons);
  return {};
}

Status give_bytes(const puente::Bytes& made, puente_bytes* bytes) {
  auto* data = static_cast<std::uint8_t*>(std::malloc(made.size()));
  if (data == nullptr) throw std::bad_alloc();
  std::memcpy(data, made.data(), made.size());
  *bytes = {data, made.size()};
  return {};
}

Status check_ppi(double ppi) {
  if (ppi == 0 || (ppi >= puente::limits::kPpiMin && ppi <= puente::limits::kPpiMax)) return {};
  return Error{Code::kInvalidInput, "ppi must be from 100 to 2000, or 0"};
}

Result<puente::Bytes> written(const puente_print& print, puente_format format) {
  using puente::format::MinutiaeFormat;
  const auto record = [&](MinutiaeFormat wanted) {
    const int quality = print.quality >= 0 ? print.quality : 254;  // not computed
    return puente::format::write_minutiae_record(
        puente::intake::to_minutiae_record(print.features, wanted, puente::Finger::kUnknown, quality));
  };
  switch (format) {
    case PUENTE_FORMAT_OWN:
      return puente::finger::encode(print.features);
    case PUENTE_FORMAT_ISO_19794_2_2005:
      return record(MinutiaeFormat::kIso2005);
    case PUENTE_FORMAT_ISO_19794_2_2011:
      return record(MinutiaeFormat::kIso2011);
    case PUENTE_FORMAT_ANSI_378_2004:
      return record(MinutiaeFormat::kAnsi2004);
  }
  return Error{Code::kInvalidInput, "format: none of puente_format"};
}

}  // namespace

extern "C" {

const char* puente_version(void) {
  return PUENTE_VERSION;
}

const char* puente_message(void) {
  return last_message.c_str();
}

void puente_free_bytes(puente_bytes* bytes) {
  if (bytes == nullptr) return;
  std::free(bytes->data);
  *bytes = {nullptr, 0};
}

puente_code puente_print_of_image(const uint8_t* file, size_t size, double ppi, puente_print** print) {
  return guarded([&]() -> Status {
    if (file == nullptr || print == nullptr) return missing("file and print");
    TRY(check_ppi(ppi));
    ASSIGN_OR_RETURN(puente::intake::Print read,
                     puente::intake::read_print(puente::ByteView(file, size), ppi, puente::intake::Keep::kImages));
    if (read.image.pixels.empty()) return give(std::move(read.features), print);
    return give(std::move(read.features), std::move(read.quality), read.ppi, print);
  });
}

puente_code puente_print_of_pixels(const uint8_t* pixels, int width, int height, double ppi, puente_print** print) {
  return guarded([&]() -> Status {
    if (pixels == nullptr || print == nullptr) return missing("pixels and print");
    TRY(check_ppi(ppi));
    const bool fits = width > 0 && height > 0 && width <= puente::limits::kImageSideMax &&
                      height <= puente::limits::kImageSideMax &&
                      std::int64_t{width} * height <= puente::limits::kImagePixelsMax;
    if (!fits)
      return Error{Code::kTooLarge, "width and height: from 1 to " + std::to_string(puente::limits::kImageSideMax) +
                                        ", at most " + std::to_string(puente::limits::kImagePixelsMax) + " pixels"};
    puente::Image image{width, height, 1, ppi, {}};
    image.pixels.assign(pixels, pixels + static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    ASSIGN_OR_RETURN(puente::finger::Extraction found, puente::finger::extract(image));
    if (found.second) return puente::finger::only_a_second();
    return give(std::move(found.features), std::move(found.quality), ppi, print);
  });
}

void puente_free_print(puente_print* print) {
  delete print;
}

puente_code puente_print_write(const puente_print* print, puente_format format, puente_bytes* bytes) {
  return guarded([&]() -> Status {
    if (print == nullptr || bytes == nullptr) return missing("print and bytes");
    ASSIGN_OR_RETURN(const puente::Bytes made, written(*print, format));
    return give_bytes(made, bytes);
  });
}

puente_code puente_print_read(const uint8_t* bytes, size_t size, puente_print** print) {
  return guarded([&]() -> Status {
    if (bytes == nullptr || print == nullptr) return missing("bytes and print");
    const puente::ByteView given(bytes, size);
    ASSIGN_OR_RETURN(puente::intake::Print read, puente::intake::read_print(given));
    return give(std::move(read.features), print);
  });
}

int puente_print_quality(const puente_print* print) {
  return print == nullptr ? -1 : print->quality;
}

const char* puente_print_reason(const puente_print* print, size_t number) {
  return print == nullptr || number >= print->reasons.size() ? nullptr : print->reasons[number].c_str();
}

size_t puente_print_minutiae(const puente_print* print) {
  return print == nullptr ? 0 : print->features.minutiae.size();
}

puente_code puente_print_minutia(const puente_print* print, size_t number, puente_minutia* minutia) {
  return guarded([&]() -> Status {
    if (print == nullptr || minutia == nullptr) return missing("print and minutia");
    if (number >= print->features.minutiae.size())
      return Error{Code::kInvalidInput, "number: the print has fewer minutiae"};
    const puente::finger::Minutia& found = print->features.minutiae[number];
    *minutia = {found.x, found.y, found.direction, static_cast<int>(found.type), int{found.quality}};
    return {};
  });
}

puente_code puente_compare(const puente_print* probe, const puente_print* reference, double* score) {
  return guarded([&]() -> Status {
    if (probe == nullptr || reference == nullptr || score == nullptr) return missing("probe, reference and score");
    thread_local puente::finger::Scratch scratch;
    *score = puente::finger::compare_score(probe->prepared, reference->prepared, scratch);
    return {};
  });
}

double puente_false_match_rate(double score) {
  return std::isnan(score) ? 1 : puente::finger::false_match_rate(score);
}

}  // extern "C"
