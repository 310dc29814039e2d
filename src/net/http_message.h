// Within net/: what a request and an answer are as text. Of Beast only its parser is used: its stream operations cost
// half a minute of compiling each.
#pragma once
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "net/net.h"

namespace puente::net {

using BytesBody = boost::beast::http::vector_body<std::uint8_t>;
using Parser = boost::beast::http::request_parser<BytesBody>;

// 429 and 503 say when to try again.
Response error_response(int status, Code code, const std::string& message);
// What to answer to a request that cannot be read; nothing where the connection itself is at its end.
std::optional<Response> response_to(const boost::system::error_code& error);

// The status line and header. What the handler may not have meant to send becomes a 500.
std::string head_of(Response& response, bool keep_alive);
// All but its body. kInvalidInput: not a request for a path.
Result<Request> to_request(const boost::beast::http::request<BytesBody>& from);

std::string loggable(std::string_view path);

}  // namespace puente::net
