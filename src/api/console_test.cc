#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "api/api.h"
#include "core/files.h"

namespace puente::api {
namespace {

class Console : public testing::Test {
 protected:
  Console() {
    std::string pattern = testing::TempDir() + "puente-console-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directories(directory_ + "/assets");
    put("/index.html", "<!doctype html>page");
    put("/assets/index-3f2a.js", "code");
    put("/assets/index-3f2a.js.gz", "packed");
    put("/secret.key", "of no type that a browser is given");
  }
  ~Console() override { std::filesystem::remove_all(directory_); }
  void put(const std::string& name, std::string_view content) {
    ASSERT_TRUE(write_file(directory_ + name, view(content)).ok());
  }
  Api opened() {
    Api own;
    own.admit = [](const net::Request&) {
      net::Admission out;
      out.key = "api";
      return out;
    };
    own.handle = [](const net::Request&) {
      net::Response out;
      out.status = 418;
      return out;
    };
    return *with_console(std::move(own), directory_);
  }
  static net::Request get(const std::string& target, const std::string& encodings = "") {
    net::Request out;
    out.method = "GET";
    out.target = target;
    if (!encodings.empty()) out.headers["accept-encoding"] = encodings;
    return out;
  }
  std::string directory_;
};

TEST_F(Console, shows_its_files_and_at_each_address_of_a_page_the_page) {
  const Api api = opened();
  for (const char* target : {"/", "/users", "/cases/c-1", "/?x=1"})
    EXPECT_EQ(text(api.handle(get(target)).body), "<!doctype html>page") << target;
  const net::Response code = api.handle(get("/assets/index-3f2a.js"));
  EXPECT_EQ(text(code.body), "code");
  EXPECT_EQ(code.content_type, "text/javascript; charset=utf-8");
  const net::Response packed = api.handle(get("/assets/index-3f2a.js", "gzip, br"));
  EXPECT_EQ(text(packed.body), "packed");
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
}

TEST_F(Console, leaves_the_api_to_the_api) {
  const Api api = opened();
  for (const char* target : {"/v1", "/v1/me", "/v1/nothing", "/metrics"}) {
    EXPECT_EQ(api.handle(get(target)).status, 418) << target;
    EXPECT_EQ(api.admit(get(target)).key, "api") << target;
  }
  net::Request other = get("/users");
  other.method = "POST";
  EXPECT_EQ(api.handle(other).status, 418);
  EXPECT_FALSE(api.admit(get("/users")).reads_body) << "nobody sends a page anything";
  EXPECT_TRUE(api.admit(get("/users")).never_waits) << "a flood of visitors holds no worker";
}

TEST_F(Console, gives_no_file_that_was_not_there_at_the_start_nor_any_of_another_kind) {
  ASSERT_TRUE(write_file(directory_ + "/outside.js", view(std::string_view("x"))).ok());
  std::filesystem::create_symlink("/etc/hostname", directory_ + "/link.js");
  const Api api = opened();
  put("/later.js", "later");
  for (const char* target : {"/later.js", "/link.js", "/secret.key", "/../secret.key", "/assets/../secret.key",
                             "/..%2fsecret.key", "/%2e%2e/index.html", "//etc/passwd.js", "/assets/index-3f2a.js.gz"})
    EXPECT_EQ(api.handle(get(target)).status, 404) << target;
  EXPECT_EQ(text(api.handle(get("/assets/")).body), "<!doctype html>page") << "no folder is listed";
}

// Only what is named by its content stays in a browser; nothing runs, is framed or is loaded that is not the node's
// own.
TEST_F(Console, tells_browsers_to_run_nothing_else) {
  const Api api = opened();
  for (const char* target : {"/", "/assets/index-3f2a.js", "/nothing.js"}) {
    const net::Response response = api.handle(get(target));
    const std::string& policy = response.headers.at("content-security-policy");
    for (const char* rule : {"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
                             "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"})
      EXPECT_NE(policy.find(rule), std::string::npos) << rule;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(response.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(response.headers.at("referrer-policy"), "no-referrer");
  }
  EXPECT_EQ(api.handle(get("/users")).headers.at("cache-control"), "no-cache");
  EXPECT_NE(api.handle(get("/assets/index-3f2a.js")).headers.at("cache-control").find("immutable"), std::string::npos);
}

TEST_F(Console, is_refused_where_there_is_none) {
  std::filesystem::remove(directory_ + "/index.html");
  EXPECT_EQ(with_console({}, directory_).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace puente::api
