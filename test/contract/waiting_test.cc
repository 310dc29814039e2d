// A page that waits: what the node says to it by itself, and to whom it says nothing.
#include <gtest/gtest.h>

#include "contract/description.h"
#include "contract/node_api.h"

namespace puente::contract {
namespace {

// All that is said in so many seconds; the stream may end.
std::string said_in(const net::Response& response, int seconds) {
  std::string out;
  for (int i = 0; i < seconds; ++i) {
    const std::optional<std::string> more = response.more();
    if (!more) return out + "(ended)";
    out += *more;
  }
  return out;
}

TEST(Events, tell_a_page_that_waits_of_what_it_may_list_and_end_by_themselves) {
  flow::World world;
  service::Node& node = *world.col.node;
  const auto wait_as = [&](const std::string& user) { return call(node, user, "GET", "/v1/events"); };
  const net::Response officers = wait_as("officer"), others = wait_as("other.officer");
  const Description description(std::string(PUENTE_SOURCE_DIR) + "/openapi/puente.yaml");
  const Operation* const operation = description.find("GET", "/v1/events");
  ASSERT_NE(operation, nullptr);
  EXPECT_EQ(description.response_complaint(*operation, officers.status, officers.content_type, ""), "");
  EXPECT_FALSE(officers.headers.contains("etag"));
  ASSERT_TRUE(officers.more && others.more);
  EXPECT_EQ(said_in(officers, 2), "");
  world.enrol(world.usa, 1, "p-1");
  ASSERT_EQ(call(node, "officer", "POST", "/v1/questions", canonical(question_about(1)), "key-1").status, 202);
  EXPECT_EQ(said_in(officers, 1), "event: changed\ndata: questions\n\n");
  EXPECT_EQ(said_in(officers, 1), "") << "once";
  EXPECT_EQ(said_in(others, 1), "") << "that somebody else asks is nobody's to know";
  EXPECT_EQ(said_in(others, 14), "event: here\ndata: all\n\n");
  EXPECT_NE(said_in(officers, 60).find("(ended)"), std::string::npos) << "a token is looked at again each minute";
  EXPECT_EQ(wait_as("nobody").status, 401);
}

}  // namespace
}  // namespace puente::contract
