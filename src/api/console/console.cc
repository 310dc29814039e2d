#include <filesystem>
#include <map>
#include <memory>

#include "api/http.h"
#include "core/files.h"
#include "core/text.h"

namespace puente::api {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{4} << 20;
constexpr std::size_t kFilesMax = 256;
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct File {
  std::string type;
  Bytes bytes, gzip;   // gzip: empty where there is none
  bool lasts = false;  // its name says its content, and is never another's
};
using Files = std::map<std::string, File, std::less<>>;  // by target: "/assets/index-3f2a.js"

std::string type_of(const std::filesystem::path& path) {
  static const std::map<std::string, std::string, std::less<>> kTypes = {
      {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},   {".svg", "image/svg+xml"},
      {".yaml", "application/yaml"},         {".json", "application/json"}};
  const auto found = kTypes.find(path.extension().string());
  return found == kTypes.end() ? "" : found->second;
}

// Read once, when the node starts: what is put there later is nobody's page.
Result<Files> files_of(const std::string& directory) {
  namespace fs = std::filesystem;
  Files out;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed)) {
    if (!at->is_regular_file(failed) || at->is_symlink(failed)) continue;
    const bool is_gzip = at->path().extension() == ".gz";
    const fs::path name = is_gzip ? fs::path(at->path()).replace_extension() : at->path();
    const std::string type = type_of(name);
    if (type.empty()) continue;
    ASSIGN_OR_RETURN(Bytes bytes, read_file(at->path().string(), kFileBytesMax));
    const std::string target = "/" + fs::relative(name, directory, failed).generic_string();
    File& file = out[target];
    file.type = type;
    file.lasts = target.starts_with("/assets/");
    (is_gzip ? file.gzip : file.bytes) = std::move(bytes);
    if (out.size() > kFilesMax) return Error{Code::kTooLarge, directory + ": too many files for a console"};
  }
  if (failed) return Error{Code::kUnavailable, directory + ": " + failed.message()};
  std::erase_if(out, [](const auto& each) { return each.second.bytes.empty(); });
  if (!out.contains("/index.html"))
    return Error{Code::kNotFound, directory + " has no index.html: build it by script/build"};
  return out;
}

bool is_of_the_api(std::string_view target) {
  return target == "/metrics" || target == "/v1" || target.starts_with("/v1/");
}

// A page's address is none of a file: which page it is the console tells by itself.
const File* found(const Files& files, const net::Request& request) {
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (const auto file = files.find(path); file != files.end()) return &file->second;
  const bool is_page = path.find('.') == std::string_view::npos && path.find('%') == std::string_view::npos;
  return is_page ? &files.find("/index.html")->second : nullptr;
}

bool takes_gzip(const net::Request& request) {
  const auto header = request.headers.find("accept-encoding");
  return header != request.headers.end() && header->second.find("gzip") != std::string::npos;
}

net::Response shown(const Files& files, const net::Request& request) {
  net::Response out;
  out.route = "console";
  const File* const file = found(files, request);
  if (file == nullptr) {
    out = refuse({Code::kNotFound, "there is no such file"});
  } else {
    const bool packed = !file->gzip.empty() && takes_gzip(request);
    out.content_type = file->type;
    out.body = packed ? file->gzip : file->bytes;
    if (packed) out.headers["content-encoding"] = "gzip";
    out.headers["vary"] = "accept-encoding";
    out.headers["cache-control"] = file->lasts ? "public, max-age=31536000, immutable" : "no-cache";
  }
  out.headers["content-security-policy"] = kPolicy;
  out.headers["x-content-type-options"] = "nosniff";
  out.headers["referrer-policy"] = "no-referrer";
  out.headers["cross-origin-opener-policy"] = "same-origin";
  out.headers["cross-origin-resource-policy"] = "same-origin";
  out.headers["permissions-policy"] = "geolocation=(), microphone=(), camera=(), payment=(), usb=()";
  return out;
}

}  // namespace

Result<Api> with_console(Api own, const std::string& directory) {
  ASSIGN_OR_RETURN(Files read, files_of(directory));
  const auto files = std::make_shared<const Files>(std::move(read));
  const auto is_console = [](const net::Request& request) {
    return (request.method == "GET" || request.method == "HEAD") && !is_of_the_api(request.target);
  };
  return Api{[own = own.admit, is_console](const net::Request& head) {
               if (!is_console(head)) return own(head);
               net::Admission out;
               out.reads_body = false;
               out.never_waits = true;  // it is in memory
               return out;
             },
             [own = own.handle, is_console, files](const net::Request& request) {
               return is_console(request) ? shown(*files, request) : own(request);
             }};
}

}  // namespace puente::api
