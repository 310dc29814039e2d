// users.json: names, roles, and SHA-256 of tokens.
#include "core/files.h"
#include "core/json.h"
#include "home/inside.h"

namespace puente::home {
namespace {

Result<api::User> read_user(const Json& json) {
  JsonReader reader(json, "users.json");
  api::User user;
  user.name = reader.string("name");
  const auto role = parse_role(reader.string("role"));
  const auto token = from_hex(reader.string("token_sha256"));
  if (!role.ok() || !token.ok() || token->size() != 32) reader.complain("a user's role or token_sha256 is not valid");
  TRY(reader.finish());
  user.role = *role;
  user.token_sha256 = *fixed<32>(*token);
  return user;
}

Json to_json(const api::User& user) {
  return Json::object(
      {{"name", user.name}, {"role", to_string(user.role)}, {"token_sha256", to_hex(user.token_sha256)}});
}

}  // namespace

Result<std::vector<api::User>> read_users(const std::string& path) {
  std::vector<api::User> out;
  const auto content = read_text(path + "/users.json");
  if (!content.ok() && content.error().code == Code::kNotFound) return out;
  if (!content.ok()) return content.error();
  ASSIGN_OR_RETURN(const Json json, parse_json(*content));
  JsonReader file(json, "users.json");
  for (const Json& each : file.array("users")) {
    ASSIGN_OR_RETURN(out.emplace_back(), read_user(each));
  }
  TRY(file.finish());
  return out;
}

Result<std::string> add_user(const std::string& path, const std::string& name, Role role, Random& random) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  if (!is_id(name)) return Error{Code::kInvalidInput, "--name: 1 to 64 of letters, digits and . _ : -"};
  ASSIGN_OR_RETURN(const std::vector<api::User> users, read_users(directory.path));
  Json::Array all;
  for (const api::User& user : users) {
    if (user.name == name) return Error{Code::kAlreadyExists, "there is a user " + name + " already"};
    all.push_back(to_json(user));
  }
  std::string token = random.id("") + random.id("");
  all.push_back(to_json(api::User{name, role, sha256(view(token))}));
  TRY(write_secret(path + "/users.json", view(pretty(Json::object({{"users", Json(std::move(all))}})) + "\n")));
  return token;
}

}  // namespace puente::home
