// What a node counts, and who draws it.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "contract/node_api.h"

namespace puente::contract {
namespace {

// Of a figure that there is not a panel would show nothing, which looks like nothing to worry about.
TEST(Figures, are_those_that_the_grafana_dashboard_asks_for_and_all_that_a_person_must_look_at_are_there) {
  flow::World world;
  const std::string figures = std::string(text(call(*world.usa.node, "auditor", "GET", "/metrics").body));
  std::ifstream file(std::string(PUENTE_SOURCE_DIR) + "/deploy/grafana.json");
  const std::string dashboard(std::istreambuf_iterator<char>(file), {});
  ASSERT_TRUE(parse_json(dashboard).ok());
  const std::regex name("puente_[a-z_]+");
  std::set<std::string> asked;
  for (std::sregex_iterator at(dashboard.begin(), dashboard.end(), name), end; at != end; ++at) asked.insert(at->str());
  EXPECT_GT(asked.size(), 15u);
  for (const std::string& each : asked)
    EXPECT_TRUE(each == "puente_certificate_days_left" || figures.find(each) != std::string::npos)
        << each << "; a node without a certificate, as here, does not say how long it lasts";
  const std::regex look("# HELP (puente_[a-z_]+) 1: a person must look at it");
  std::size_t looked = 0;
  for (std::sregex_iterator at(figures.begin(), figures.end(), look), end; at != end; ++at, ++looked)
    EXPECT_TRUE(asked.contains((*at)[1])) << (*at)[1] << " is on no panel";
  EXPECT_GT(looked, 5u);
}

}  // namespace
}  // namespace puente::contract
