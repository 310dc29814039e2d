// Json: a plain JSON value, so that no module but this one knows which library parses. Objects keep no duplicate keys
// and are ordered by key. canonical() is RFC 8785 (JCS): what is signed and hashed.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/limits.h"
#include "core/result.h"

namespace puente {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json, std::less<>>;

  Json() = default;  // null
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(std::int64_t value) : value_(value) {}
  Json(std::size_t value);
  Json(double value);  // must be finite
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}
  static Json object(std::initializer_list<std::pair<const std::string, Json>> members) {
    return Json(Object(members));
  }
  static Json array(std::initializer_list<Json> items) { return Json(Array(items)); }
  static Json strings(const std::vector<std::string>& items) { return Json(Array(items.begin(), items.end())); }

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  const bool* as_bool() const { return std::get_if<bool>(&value_); }
  const std::int64_t* as_integer() const { return std::get_if<std::int64_t>(&value_); }
  const double* as_double() const { return std::get_if<double>(&value_); }
  const std::string* as_string() const { return std::get_if<std::string>(&value_); }
  const Array* as_array() const { return std::get_if<Array>(&value_); }
  const Object* as_object() const { return std::get_if<Object>(&value_); }
  Array* as_array() { return std::get_if<Array>(&value_); }
  Object* as_object() { return std::get_if<Object>(&value_); }

  // Member of an object; null for a missing one or where this is no object.
  const Json& operator[](std::string_view key) const;
  Json& set(std::string key, Json value);  // this must be an object or null (which becomes one)

  bool operator==(const Json&) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

// Refuses what limits.h bounds, trailing bytes, duplicate keys and text that is not UTF-8. Values are counted before a
// tree is made of them: a caller who knows what it reads says how many there may be. Takes some twice the text's size.
Result<Json> parse_json(std::string_view text, std::size_t values_max = limits::kJsonValuesMax);
std::string canonical(const Json& json);  // RFC 8785, one line
std::string pretty(const Json& json);     // the same value for people, two blanks a level

// Reads the members of one object and remembers the first complaint; then finish() also refuses members nobody asked
// for. The straight way to read a message: no member is silently ignored.
class JsonReader {
 public:
  explicit JsonReader(const Json& json, std::string what = "document");
  std::string string(std::string_view key);  // required, at most 512 bytes unless long_string
  std::string long_string(std::string_view key);
  std::string string_or(std::string_view key, std::string fallback);
  std::int64_t integer(std::string_view key, std::int64_t min, std::int64_t max);
  std::int64_t integer_or(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max);
  bool boolean(std::string_view key);
  bool boolean_or(std::string_view key, bool fallback);
  double number_or(std::string_view key, double fallback);
  const Json& any(std::string_view key);  // required, of any kind
  const Json& any_or_null(std::string_view key);
  const Json::Array& array(std::string_view key);  // required
  const Json::Array& array_or_empty(std::string_view key);
  std::vector<std::string> strings(std::string_view key);  // required array of strings
  void complain(std::string message);                      // for the caller's own checks
  bool ok() const { return complaint_.empty(); }
  Status finish();  // kInvalidInput with the first complaint

 private:
  const Json* find(std::string_view key, bool required);
  const Json& json_;
  std::string what_;
  std::string complaint_;
  std::vector<std::string> asked_;
};

}  // namespace puente
