// openapi/puente.yaml as a test reads it: which operations there are, and whether a value is as a schema says. Objects
// are closed here even where the schema does not say so: what a node answers is described to its last member. A keyword
// that this reader does not know is a complaint, so that nothing is taken for checked that is not.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/json.h"

namespace puente::contract {

struct Operation {
  std::string id, method, path;  // "POST", "/v1/cases/{case_id}/verdict"
  Json described;                // the operation object
  Json::Array parameters;        // its own and its path's
};

class Description {
 public:
  explicit Description(const std::string& file);

  const std::vector<Operation>& operations() const { return operations_; }
  const Operation* find(const std::string& method, const std::string& target) const;
  const Json& resolved(const Json& thing) const;  // what a $ref stands for, or the thing itself

  // Where the value is not as the schema says; "" when it is.
  std::string complaint(const Json& schema, const Json& value) const;
  // The schema of a request's body; null: the operation has none.
  const Json& request_schema(const Operation& operation) const;
  // Of a response with this status and type; a complaint when none is described.
  std::string response_complaint(const Operation& operation, int status, const std::string& type,
                                 const std::string& body) const;
  // Every `example` that stands beside a schema, as where it stands, the schema and the value.
  struct Example {
    std::string where;
    Json schema, value;
  };
  std::vector<Example> examples() const;

 private:
  Json root_;
  std::vector<Operation> operations_;
};

// A YAML text as the same JSON. CHECKs that it is one.
Json json_of_yaml(const std::string& text);

}  // namespace puente::contract
