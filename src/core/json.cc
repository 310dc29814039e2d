#include "core/json.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "core/limits.h"

namespace puente {
namespace {

const Json kNull;
const Json::Array kEmpty;

// ECMAScript's Number::toString, which RFC 8785 (3.2.2.3) asks for, made from the shortest digits that to_chars finds.
void append_number(double value, std::string& out) {
  if (value == 0) {
    out += '0';
    return;
  }
  std::array<char, 40> scientific;
  const auto end =
      std::to_chars(scientific.begin(), scientific.end(), std::abs(value), std::chars_format::scientific).ptr;
  const std::string_view text(scientific.data(), static_cast<std::size_t>(end - scientific.data()));
  const auto e = text.find('e');
  std::string digits;
  for (char c : text.substr(0, e)) {
    if (c != '.') digits += c;
  }
  int exponent = 0;
  const std::size_t exponent_at = e + (text[e + 1] == '+' ? 2 : 1);  // from_chars knows no plus sign
  std::from_chars(text.data() + exponent_at, text.data() + text.size(), exponent);
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // the decimal point stands after this many digits
  if (value < 0) out += '-';
  if (point > 0 && point <= 21) {
    if (count <= point) {
      out += digits + std::string(static_cast<std::size_t>(point - count), '0');
    } else {
      out += digits.substr(0, static_cast<std::size_t>(point)) + '.' + digits.substr(static_cast<std::size_t>(point));
    }
  } else if (point > -6 && point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else {
    out += digits.substr(0, 1);
    if (count > 1) out += '.' + digits.substr(1);
    out += exponent < 0 ? "e-" : "e+";
    out += std::to_string(std::abs(exponent));
  }
}

void append_string(std::string_view value, std::string& out) {
  out += '"';
  for (char c : value) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          constexpr char kHex[] = "0123456789abcdef";
          out += "\\u00";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// RFC 8785 orders members by UTF-16 code units; our map orders by bytes, which differs only beyond the basic plane.
std::u16string utf16(std::string_view in) {
  std::u16string out;
  for (std::size_t i = 0; i < in.size();) {
    const auto lead = static_cast<unsigned char>(in[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = size == 1 ? lead : lead & (0xFF >> (size + 1));
    for (std::size_t k = 1; k < size && i + k < in.size(); ++k)
      point = point << 6 | (static_cast<unsigned char>(in[i + k]) & 0x3F);
    i += size;
    if (point >= 0x10000) {
      out += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
    } else {
      out += static_cast<char16_t>(point);
    }
  }
  return out;
}

// indent < 0: canonical, one line.
void append(const Json& json, int indent, std::string& out) {
  const auto line = [&](int level) {
    if (indent >= 0) out += '\n' + std::string(static_cast<std::size_t>(level) * 2, ' ');
  };
  const int inner = indent < 0 ? indent : indent + 1;
  if (auto boolean = json.as_bool()) {
    out += *boolean ? "true" : "false";
  } else if (auto integer = json.as_integer()) {
    out += std::to_string(*integer);
  } else if (auto number = json.as_double()) {
    append_number(*number, out);
  } else if (auto string = json.as_string()) {
    append_string(*string, out);
  } else if (auto array = json.as_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      line(inner);
      append((*array)[i], inner, out);
    }
    if (!array->empty()) line(indent);
    out += ']';
  } else if (auto object = json.as_object()) {
    std::vector<const Json::Object::value_type*> members;
    for (const auto& member : *object) members.push_back(&member);
    std::stable_sort(members.begin(), members.end(), [](auto a, auto b) { return utf16(a->first) < utf16(b->first); });
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += ',';
      line(inner);
      append_string(members[i]->first, out);
      out += indent < 0 ? ":" : ": ";
      append(members[i]->second, inner, out);
    }
    if (!members.empty()) line(indent);
    out += '}';
  } else {
    out += "null";
  }
}

// The numbers of a document as it spells them, in order. Boost.JSON 1.81 may miss the nearest double by a little, and
// then a canonical form would not read back as itself.
class Spelt {
 public:
  explicit Spelt(std::string_view text) : text_(text) {}
  std::string_view next() {
    while (!starts_number(text_[at_])) {
      if (text_[at_] == '"')
        for (++at_; text_[at_] != '"';) at_ += text_[at_] == '\\' ? 2 : 1;
      ++at_;
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (starts_number(text_[at_]) || std::string_view("+.eE").find(text_[at_]) != std::string_view::npos))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }

 private:
  static bool starts_number(char c) { return c == '-' || (c >= '0' && c <= '9'); }
  std::string_view text_;  // the parser has accepted it
  std::size_t at_ = 0;
};

Result<Json> convert(const boost::json::value& in, Spelt& spelt) {
  switch (in.kind()) {
    case boost::json::kind::null:
      return Json();
    case boost::json::kind::bool_:
      return Json(in.get_bool());
    case boost::json::kind::int64:
      spelt.next();
      return Json(std::int64_t{in.get_int64()});
    case boost::json::kind::uint64:
      return Error{Code::kInvalidInput, "a number is too large"};
    case boost::json::kind::double_: {
      double value = in.get_double();
      // 1e999; and what would be written as an integer that is none of ours
      if (!std::isfinite(value) || (std::abs(value) >= 0x1p63 && std::abs(value) < 1e21))
        return Error{Code::kInvalidInput, "a number is too large"};
      const std::string_view text = spelt.next();
      std::from_chars(text.data(), text.data() + text.size(), value);  // leaves it as it is where it is nearly 0
      return Json(value);
    }
    case boost::json::kind::string:
      return Json(std::string(in.get_string()));
    case boost::json::kind::array: {
      Json::Array out;
      for (const auto& item : in.get_array()) {
        ASSIGN_OR_RETURN(Json json, convert(item, spelt));
        out.push_back(std::move(json));
      }
      return Json(std::move(out));
    }
    case boost::json::kind::object: {
      Json::Object out;
      for (const auto& member : in.get_object()) {
        ASSIGN_OR_RETURN(Json json, convert(member.value(), spelt));
        out.emplace(std::string(member.key()), std::move(json));
      }
      return Json(std::move(out));
    }
  }
  return Error{Code::kInternal, "unknown JSON kind"};
}

// Each value but the first stands behind a comma, or a bracket that is not closed at once. Of a text that is no JSON
// any answer will do.
bool has_more_values(std::string_view text, std::size_t most) {
  std::size_t values = 1;
  for (std::size_t i = 0; i < text.size() && values <= most; ++i) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"';) i += text[i] == '\\' ? 2 : 1;
    } else if (c == ',') {
      ++values;
    } else if (c == '[' || c == '{') {
      const std::size_t next = text.find_first_not_of(" \t\r\n", i + 1);
      if (next != std::string_view::npos && text[next] != ']' && text[next] != '}') ++values;
    }
  }
  return values > most;
}

// Boost.JSON keeps the last of two members with one name; we refuse them, so that signer and reader cannot see two
// documents. The parser has accepted the text already: only strings and brackets need telling apart here.
bool has_duplicate_keys(std::string_view text) {
  std::vector<std::vector<std::string>> open;
  bool key_next = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{') {
      open.emplace_back();
      key_next = true;
    } else if (c == '[') {
      open.emplace_back();
      key_next = false;
    } else if (c == '}' || c == ']') {
      auto keys = std::move(open.back());
      open.pop_back();
      std::sort(keys.begin(), keys.end());
      if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) return true;
      key_next = false;
    } else if (c == '"') {
      const std::size_t start = i++;
      while (text[i] != '"') i += text[i] == '\\' ? 2 : 1;
      std::size_t after = i + 1;
      while (after < text.size() && std::string_view(" \t\r\n").find(text[after]) != std::string_view::npos) ++after;
      if (key_next && after < text.size() && text[after] == ':') {
        boost::system::error_code error;
        const auto key = boost::json::parse(text.substr(start, i + 1 - start), error);
        if (!error && key.is_string()) open.back().emplace_back(key.get_string());
        key_next = false;
      }
    } else if (c == ',') {
      key_next = true;  // in an array no string is followed by ':'
    }
  }
  return false;
}

}  // namespace

Json::Json(std::size_t value) : value_(static_cast<std::int64_t>(value)) {
  CHECK(value <= INT64_MAX);
}
Json::Json(double value) : value_(value) {
  CHECK(std::isfinite(value));
}

const Json& Json::operator[](std::string_view key) const {
  const Object* object = as_object();
  if (object == nullptr) return kNull;
  const auto found = object->find(key);
  return found == object->end() ? kNull : found->second;
}

Json& Json::set(std::string key, Json value) {
  if (is_null()) value_ = Object();
  CHECK(is_object());
  (*as_object())[std::move(key)] = std::move(value);
  return *this;
}

Result<Json> parse_json(std::string_view text, std::size_t values_max) {
  if (text.size() > limits::kRequestBytesMax) return Error{Code::kTooLarge, "the JSON document is too large"};
  if (has_more_values(text, values_max)) return Error{Code::kTooLarge, "the JSON document has too many values"};
  boost::json::parse_options options;
  options.max_depth = limits::kJsonDepthMax;
  boost::system::error_code error;
  try {
    const boost::json::value value = boost::json::parse(text, error, {}, options);
    if (error) return Error{Code::kInvalidInput, "not valid JSON: " + error.message()};
    if (has_duplicate_keys(text)) return Error{Code::kInvalidInput, "not valid JSON: a member is named twice"};
    Spelt spelt(text);
    return convert(value, spelt);
  } catch (const std::exception&) {  // out of memory is the only one left
    return Error{Code::kTooLarge, "the JSON document is too large"};
  }
}

std::string canonical(const Json& json) {
  std::string out;
  append(json, -1, out);
  return out;
}

std::string pretty(const Json& json) {
  std::string out;
  append(json, 0, out);
  return out;
}

JsonReader::JsonReader(const Json& json, std::string what) : json_(json), what_(std::move(what)) {
  if (!json.is_object()) complain("must be a JSON object");
}

void JsonReader::complain(std::string message) {
  if (complaint_.empty()) complaint_ = what_ + ": " + message;
}

const Json* JsonReader::find(std::string_view key, bool required) {
  asked_.emplace_back(key);
  const Json::Object* object = json_.as_object();
  if (object == nullptr) return nullptr;
  const auto found = object->find(key);
  if (found != object->end()) return &found->second;
  if (required) complain("member \"" + std::string(key) + "\" is missing");
  return nullptr;
}

std::string JsonReader::long_string(std::string_view key) {
  const Json* json = find(key, true);
  if (json == nullptr) return {};
  if (const std::string* value = json->as_string()) return *value;
  complain("member \"" + std::string(key) + "\" must be a string");
  return {};
}

std::string JsonReader::string(std::string_view key) {
  std::string value = long_string(key);
  if (value.size() > limits::kTextBytesMax) complain("member \"" + std::string(key) + "\" is too long");
  return value;
}

std::string JsonReader::string_or(std::string_view key, std::string fallback) {
  return find(key, false) == nullptr ? fallback : string(key);
}

std::int64_t JsonReader::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  const Json* json = find(key, true);
  if (json == nullptr) return min;
  const std::int64_t* value = json->as_integer();
  if (value != nullptr && *value >= min && *value <= max) return *value;
  complain("member \"" + std::string(key) + "\" must be a whole number from " + std::to_string(min) + " to " +
           std::to_string(max));
  return min;
}

std::int64_t JsonReader::integer_or(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max) {
  return find(key, false) == nullptr ? fallback : integer(key, min, max);
}

bool JsonReader::boolean(std::string_view key) {
  const Json* json = find(key, true);
  if (json == nullptr) return false;
  if (const bool* value = json->as_bool()) return *value;
  complain("member \"" + std::string(key) + "\" must be true or false");
  return false;
}

bool JsonReader::boolean_or(std::string_view key, bool fallback) {
  return find(key, false) == nullptr ? fallback : boolean(key);
}

double JsonReader::number_or(std::string_view key, double fallback) {
  const Json* json = find(key, false);
  if (json == nullptr) return fallback;
  if (const double* value = json->as_double()) return *value;
  if (const std::int64_t* value = json->as_integer()) return static_cast<double>(*value);
  complain("member \"" + std::string(key) + "\" must be a number");
  return fallback;
}

const Json& JsonReader::any(std::string_view key) {
  const Json* json = find(key, true);
  return json == nullptr ? kNull : *json;
}

const Json& JsonReader::any_or_null(std::string_view key) {
  const Json* json = find(key, false);
  return json == nullptr ? kNull : *json;
}

const Json::Array& JsonReader::array(std::string_view key) {
  const Json* json = find(key, true);
  if (json == nullptr) return kEmpty;
  if (const Json::Array* value = json->as_array()) return *value;
  complain("member \"" + std::string(key) + "\" must be an array");
  return kEmpty;
}

const Json::Array& JsonReader::array_or_empty(std::string_view key) {
  return find(key, false) == nullptr ? kEmpty : array(key);
}

std::vector<std::string> JsonReader::strings(std::string_view key) {
  std::vector<std::string> out;
  for (const Json& item : array(key)) {
    if (const std::string* value = item.as_string()) {
      out.push_back(*value);
    } else {
      complain("member \"" + std::string(key) + "\" must hold strings");
    }
  }
  return out;
}

Status JsonReader::finish() {
  if (const Json::Object* object = json_.as_object()) {
    for (const auto& [key, value] : *object) {
      if (std::find(asked_.begin(), asked_.end(), key) == asked_.end())
        complain("member \"" + key + "\" is not known here");
    }
  }
  if (!ok()) return Error{Code::kInvalidInput, complaint_};
  return {};
}

}  // namespace puente
