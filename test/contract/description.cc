#include "contract/description.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <functional>
#include <regex>

#include "core/biographic.h"
#include "core/clock.h"
#include "core/files.h"
#include "core/text.h"

namespace puente::contract {
namespace {

Json scalar(const YAML::Node& node) {
  const std::string text = node.Scalar();
  if (node.Tag() == "!") return text;  // in quotes
  if (text == "true" || text == "false") return text == "true";
  if (const auto whole = to_number<std::int64_t>(text)) return *whole;
  if (const auto number = to_number<double>(text)) return *number;
  return text;
}

Json json_of(const YAML::Node& node) {
  if (node.IsMap()) {
    Json::Object out;
    for (const auto& member : node) {
      const std::string name = member.first.as<std::string>();
      CHECK(out.emplace(name, json_of(member.second)).second);  // a key that stands there twice
    }
    return Json(std::move(out));
  }
  if (node.IsSequence()) {
    Json::Array out;
    for (const auto& item : node) out.push_back(json_of(item));
    return Json(std::move(out));
  }
  return node.IsScalar() ? scalar(node) : Json();
}

std::optional<double> number_of(const Json& json) {
  if (const std::int64_t* whole = json.as_integer()) return static_cast<double>(*whole);
  if (const double* number = json.as_double()) return *number;
  return std::nullopt;
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.as_array() != nullptr;
  if (type == "string") return value.as_string() != nullptr;
  if (type == "boolean") return value.as_bool() != nullptr;
  if (type == "integer") return value.as_integer() != nullptr;
  return type == "number" && number_of(value).has_value();
}

bool has_format(const std::string& text, const std::string& format) {
  if (format == "date") return day_of(text).has_value();
  const bool is_time = text.size() > 10 && parse_iso8601(text).ok();
  const bool is_bytes = from_base64(text).ok();
  if (format == "date-time") return is_time;
  if (format == "byte") return is_bytes;
  return format == "binary";
}

// Holds one value against one schema and writes the first thing that is wrong.
class Holder {
 public:
  explicit Holder(const Description& description) : description_(description) {}

  std::string hold(const Json& given, const Json& value, const std::string& where) {
    const Json& schema = description_.resolved(given);
    if (schema["nullable"] == Json(true) && value.is_null()) return "";
    std::string wrong;
    for (const auto& [keyword, wanted] : *schema.as_object()) {
      wrong = rule(keyword, wanted, value, where);
      if (!wrong.empty()) return wrong;
    }
    return value.is_object() && !schema["oneOf"].as_array() && !schema["allOf"].as_array()
               ? unknown_members(schema, value, where)
               : "";
  }

 private:
  std::string rule(const std::string& keyword, const Json& wanted, const Json& value, const std::string& where) {
    static const std::set<std::string> kSaysNothing = {"description", "example", "default", "nullable",
                                                       "additionalProperties"};
    if (kSaysNothing.contains(keyword)) return "";
    if (keyword == "type") return has_type(value, *wanted.as_string()) ? "" : where + " is no " + *wanted.as_string();
    if (keyword == "enum") {
      const Json::Array& names = *wanted.as_array();
      return std::find(names.begin(), names.end(), value) != names.end() ? "" : where + " is none of the enum";
    }
    if (keyword == "allOf" || keyword == "oneOf") return several(keyword == "allOf", *wanted.as_array(), value, where);
    if (keyword == "properties") return members(*wanted.as_object(), value, where);
    if (keyword == "required") return required(*wanted.as_array(), value, where);
    if (keyword == "items") return items(wanted, value, where);
    return bound(keyword, wanted, value, where);
  }

  std::string bound(const std::string& keyword, const Json& wanted, const Json& value, const std::string& where) {
    const std::string* text = value.as_string();
    const Json::Array* array = value.as_array();
    const auto limit = number_of(wanted);
    const auto is = [&](bool right) { return right ? "" : where + ": " + keyword + " is not kept"; };
    if (keyword == "minLength") return is(text != nullptr && static_cast<double>(text->size()) >= *limit);
    if (keyword == "maxLength") return is(text != nullptr && static_cast<double>(text->size()) <= *limit);
    if (keyword == "pattern") {
      constexpr std::size_t kLong = 4'096;  // std::regex calls itself for each character; no pattern of ours needs more
      return is(text != nullptr && std::regex_search(text->substr(0, kLong), std::regex(*wanted.as_string())));
    }
    if (keyword == "format") return is(text != nullptr && has_format(*text, *wanted.as_string()));
    if (keyword == "minItems") return is(array != nullptr && static_cast<double>(array->size()) >= *limit);
    if (keyword == "maxItems") return is(array != nullptr && static_cast<double>(array->size()) <= *limit);
    if (keyword == "minimum") return is(number_of(value) && *number_of(value) >= *limit);
    if (keyword == "maximum") return is(number_of(value) && *number_of(value) <= *limit);
    return where + ": this test does not know the keyword " + keyword;
  }

  std::string several(bool all, const Json::Array& schemas, const Json& value, const std::string& where) {
    std::size_t fit = 0;
    std::string last;
    for (const Json& each : schemas) {
      const std::string wrong = hold(each, value, where);
      if (wrong.empty()) ++fit;
      if (!wrong.empty()) last = wrong;
    }
    if (fit == (all ? schemas.size() : 1)) return "";
    return last.empty() ? where + " is more than one of them" : last;
  }

  std::string members(const Json::Object& described, const Json& value, const std::string& where) {
    for (const auto& [name, schema] : described) {
      if (!value.is_object() || !value.as_object()->contains(name)) continue;
      if (std::string wrong = hold(schema, value[name], where + "." + name); !wrong.empty()) return wrong;
    }
    return "";
  }

  std::string required(const Json::Array& names, const Json& value, const std::string& where) {
    for (const Json& name : names) {
      if (!value.is_object() || !value.as_object()->contains(*name.as_string()))
        return where + " lacks " + *name.as_string();
    }
    return "";
  }

  std::string items(const Json& schema, const Json& value, const std::string& where) {
    if (value.as_array() == nullptr) return "";
    for (std::size_t i = 0; i < value.as_array()->size(); ++i) {
      const std::string there = where + "[" + std::to_string(i) + "]";
      if (std::string wrong = hold(schema, (*value.as_array())[i], there); !wrong.empty()) return wrong;
    }
    return "";
  }

  std::string unknown_members(const Json& schema, const Json& value, const std::string& where) {
    const Json& further = schema["additionalProperties"];
    if (further == Json(true)) return "";
    for (const auto& [name, member] : *value.as_object()) {
      const Json::Object* described = schema["properties"].as_object();
      if (described != nullptr && described->contains(name)) continue;
      if (!further.is_object()) return where + "." + name + " is not described";
      if (std::string wrong = hold(further, member, where + "." + name); !wrong.empty()) return wrong;
    }
    return "";
  }

  const Description& description_;
};

bool fits(const std::string& path, const std::string& target) {
  const auto wanted = split(path, '/'), given = split(target, '/');
  if (wanted.size() != given.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (!wanted[i].starts_with('{') && wanted[i] != given[i]) return false;
  return true;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

void collect_examples(const Json& json, const std::string& where, std::vector<Description::Example>& out) {
  if (const Json::Array* array = json.as_array()) {
    for (const Json& each : *array) collect_examples(each, where + "[]", out);
  }
  const Json::Object* members = json.as_object();
  if (members == nullptr) return;
  for (const auto& [name, value] : *members)
    if (name != "example") collect_examples(value, where + "/" + name, out);
  if (!members->contains("example")) return;
  out.push_back({where, members->contains("schema") ? json["schema"] : json, json["example"]});
}

}  // namespace

Json json_of_yaml(const std::string& text) {
  return json_of(YAML::Load(text));
}

Description::Description(const std::string& file) {
  const auto bytes = read_file(file, 1u << 20);
  CHECK(bytes.ok());
  root_ = json_of_yaml(std::string(text(*bytes)));
  for (const auto& [path, methods] : *root_["paths"].as_object()) {
    for (const auto& [method, described] : *methods.as_object()) {
      if (method == "parameters") continue;
      Operation& made = operations_.emplace_back(
          Operation{*described["operationId"].as_string(), upper(method), path, described, {}});
      for (const Json* each : {&described["parameters"], &methods["parameters"]})
        if (const Json::Array* list = each->as_array())
          for (const Json& parameter : *list) made.parameters.push_back(resolved(parameter));
    }
  }
}

const Json& Description::resolved(const Json& thing) const {
  const std::string* reference = thing["$ref"].as_string();
  if (reference == nullptr) return thing;
  const Json* at = &root_;
  for (const std::string_view part : split(std::string_view(*reference).substr(2), '/')) at = &(*at)[part];
  CHECK(at->is_object());
  return resolved(*at);
}

const Operation* Description::find(const std::string& method, const std::string& target) const {
  const std::string path = target.substr(0, target.find('?'));
  const auto found = std::find_if(operations_.begin(), operations_.end(), [&](const Operation& each) {
    return each.method == method && fits(each.path, path);
  });
  return found == operations_.end() ? nullptr : &*found;
}

std::string Description::complaint(const Json& schema, const Json& value) const {
  return Holder(*this).hold(schema, value, "it");
}

const Json& Description::request_schema(const Operation& operation) const {
  return resolved(resolved(operation.described["requestBody"])["content"]["application/json"]["schema"]);
}

std::string Description::response_complaint(const Operation& operation, int status, const std::string& type,
                                            const std::string& body) const {
  const Json& responses = operation.described["responses"];
  const Json* described = &responses[std::to_string(status)];
  if (described->is_null()) described = &responses[std::to_string(status / 100) + "XX"];
  if (described->is_null()) described = &responses["default"];
  if (status < 400 && responses[std::to_string(status)].is_null())
    return "status " + std::to_string(status) + " is not described";
  if (status == 204 || status == 303) return body.empty() ? "" : "an answer without a body has one";
  const Json& media = resolved(*described)["content"][type.substr(0, type.find(';'))];
  if (media.is_null()) return "no answer of type " + type + " is described for status " + std::to_string(status);
  if (!type.starts_with("application/json") && !type.starts_with("application/problem+json")) return "";
  const auto json = parse_json(body);
  return json.ok() ? complaint(media["schema"], *json) : "the body is no JSON: " + json.error().message;
}

std::vector<Description::Example> Description::examples() const {
  std::vector<Example> out;
  collect_examples(root_, "", out);
  return out;
}

}  // namespace puente::contract
