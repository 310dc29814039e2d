#include "net/http_message.h"

#include <algorithm>

#include "core/json.h"

namespace puente::net {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr const char* kRetryAfterSeconds = "2";
constexpr std::size_t kLoggedPathBytesMax = 200;

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_header_safe(const std::string& name, const std::string& value) {
  const auto is_name = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const auto is_text = [](char c) { return c >= 0x20 && c <= 0x7e; };
  return !name.empty() && name.size() <= 64 && value.size() <= 4096 && std::all_of(name.begin(), name.end(), is_name) &&
         std::all_of(value.begin(), value.end(), is_text);
}

}  // namespace

Response error_response(int status, Code code, const std::string& message) {
  Response response;
  response.status = status;
  if (status == 429 || status == 503) response.headers["retry-after"] = kRetryAfterSeconds;
  response.content_type = kProblem;
  response.body = to_bytes(canonical(problem_details(status, {code, message})) + "\n");
  return response;
}

Json problem_details(int status, const Error& error) {
  const auto title = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
  Json out = Json::object({{"type", "about:blank"},
                           {"title", std::string(title)},
                           {"status", status},
                           {"detail", error.message},
                           {"error", Json::object({{"code", to_string(error.code)}, {"message", error.message}})}});
  if (!error.reasons.empty()) out.set("reasons", Json::strings(error.reasons));
  return out;
}

std::optional<Response> response_to(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return error_response(431, Code::kTooLarge, "the request's header is too long");
  if (error == http::error::body_limit) return error_response(413, Code::kTooLarge, "the request's body is too long");
  if (error.category() == http::make_error_code(http::error::bad_method).category())
    return error_response(400, Code::kInvalidInput, "not an HTTP/1.1 request: " + error.message());
  return std::nullopt;
}

std::string head_of(Response& response, bool keep_alive) {
  std::map<std::string, std::string> fields = {{"cache-control", "no-store"}, {"x-content-type-options", "nosniff"}};
  for (const auto& [name, value] : response.headers) fields[to_lower(name)] = value;
  fields.erase("transfer-encoding");
  fields.erase("content-length");
  fields["content-type"] = response.content_type;
  fields["connection"] = keep_alive ? "keep-alive" : "close";
  const bool valid = response.status >= 200 && response.status <= 599 &&
                     std::all_of(fields.begin(), fields.end(),
                                 [](const auto& field) { return is_header_safe(field.first, field.second); });
  if (!valid) {
    response = error_response(500, Code::kInternal, "the answer could not be sent");
    return head_of(response, keep_alive);
  }
  if (response.status == 204 || response.status == 304)
    response.body.clear();  // may have none, nor a length
  else if (!response.more)
    fields["content-length"] = std::to_string(response.body.size());
  const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status)));
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason) + "\r\n";
  for (const auto& [name, value] : fields) head += name + ": " + value + "\r\n";
  return head + "\r\n";
}

Result<Request> to_request(const http::request<BytesBody>& from) {
  Request request;
  const std::string_view target(from.target().data(), from.target().size());
  const bool is_visible = std::ranges::all_of(target, [](char c) { return c > ' ' && c <= '~'; });
  if (!is_visible || target.empty() || target.front() != '/' || target.find('#') != target.npos)
    return Error{Code::kInvalidInput, "the request's target must be a path, in visible ASCII"};
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.target = target.substr(0, mark);
  if (mark < target.size()) request.query = target.substr(mark + 1);
  request.method = std::string(from.method_string());
  for (const auto& field : from) {
    std::string& value = request.headers[to_lower(field.name_string())];
    if (!value.empty()) value += ", ";
    value += std::string(field.value());
  }
  return request;
}

std::string loggable(std::string_view path) {
  std::string out(path.substr(0, kLoggedPathBytesMax));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c <= 0x20 || c > 0x7e; }, '?');
  return out;
}

}  // namespace puente::net
