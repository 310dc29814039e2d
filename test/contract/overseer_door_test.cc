// What an overseer tells those of whom it knows nothing.
#include "contract/node_api.h"

namespace puente::contract {
namespace {

TEST(OverseerDoor, says_of_how_many_logs_the_clock_is_wrong_and_not_of_which) {
  flow::World world;
  const std::string directory = world.root + "/overseer";
  std::filesystem::create_directories(directory);
  const SecretKey node_key = SecretKey::generate(world.random);
  flow::must(store::open(directory, store::Mode::kCreate, flow::World::copy(node_key), world.random));
  service::OverseerConfig config;
  config.directory = directory;
  config.name = "o.example";
  config.node_key = flow::World::copy(node_key);
  config.signing_key = SigningKey::generate(world.random);
  config.logs = {{"puente/COL", KeyType::kLog, world.col.log.public_key()}};
  const auto overseer = flow::must(service::Overseer::open(std::move(config), world.clock, world.random));
  const auto health = [&] {
    net::Request request;
    request.method = "GET";
    request.target = "/v1/health";
    return std::string(text(api::overseer_api(*overseer)(request).body));
  };
  EXPECT_EQ(health(), R"({"clock_differs":0,"status":"ok"})");

  world.col.node.reset();
  const auto kept = flow::must(
      store::open(world.col.directory, store::Mode::kOpen, flow::World::copy(world.col.node_key), world.random));
  const audit::Log log = flow::must(audit::Log::open(*kept, "puente/COL", world.col.log));
  EXPECT_EQ(overseer->add_checkpoint(log.add_checkpoint_request(0, world.clock.now_ms() - kDayMs)).status, 200);
  EXPECT_EQ(health(), R"({"clock_differs":1,"status":"attention"})");
}

}  // namespace
}  // namespace puente::contract
