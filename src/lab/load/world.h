// Inside lab/load: one node that is asked and several that ask it, in one process, on a directory that goes with them.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/transport.h"
#include "service/service.h"
#include "store/store.h"

namespace puente::load {

// What a call took, by the clock on the wall and by all threads of this process together.
struct Took {
  double ms = 0, processor_ms = 0;
};

class Stopwatch {
 public:
  Took took() const;

 private:
  static double worked_ms();
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  const double worked_before_ms_ = worked_ms();
};

// From one asking node to the asked one; used by that node's work() alone.
class Line final : public Transport {
 public:
  void lead(std::string from, service::Node& to) {
    from_ = std::move(from);
    to_ = &to;
  }
  Result<Reply> post_when_reached(const std::string& peer, const std::string& path, const Body& make,
                                  std::int64_t) override;
  // Of the last message.
  Took received() const { return received_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::string from_;
  service::Node* to_ = nullptr;
  Took received_;
  std::size_t bytes_ = 0;
};

struct Country {
  std::string name, directory;
  SigningKey signing, log;
  SealingKey sealing;
  SecretKey node_key;
  Line line;
  std::unique_ptr<service::Node> node;

  std::string log_origin() const { return "puente/" + name; }
};

struct World {
  World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  SystemClock clock;
  SystemRandom random;
  std::string directory;
  Country asked;
  std::vector<std::unique_ptr<Country>> asking;
};

// Directories and keys, and an empty store for each that asks.
Result<std::unique_ptr<World>> make_world(int asking);
// A new store; the asked one's is filled before its node opens it.
Result<std::unique_ptr<store::Store>> new_store(World& world, const Country& country);
// Agreements between the asked one and each that asks, then the nodes.
Status open_nodes(World& world);

}  // namespace puente::load
