// A node that enrols, asks and identifies is killed with SIGKILL at a random moment, a hundred times over. Each time:
// what it had acknowledged is there, the log verifies from genesis, store and gallery agree, fsck finds nothing.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <random>
#include <set>

#include "audit/audit.h"
#include "core/files.h"
#include "flow/world.h"
#include "store/store.h"

namespace puente::flow {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kKills = 10;  // the release build does the hundred
#else
constexpr int kKills = 100;
#endif
constexpr const char* kKeys = "/keys.hex";

std::string self;

struct Keys {
  SigningKey signing, log;
  SealingKey sealing;
  SecretKey node;
};

Keys read_keys(const std::string& directory) {
  const Bytes all = must(from_hex(text(must(read_file(directory + kKeys, 4096)))));
  const ByteView bytes(all);
  return {must(SigningKey::from_seed(bytes.first(32))), must(SigningKey::from_seed(bytes.subspan(32, 32))),
          must(SealingKey::from_bytes(bytes.subspan(64, 32))), must(SecretKey::from_bytes(bytes.subspan(96, 32)))};
}

class NoLine final : public Transport {
 public:
  Result<Reply> post(const std::string&, const std::string&, ByteView, std::int64_t) override {
    return Error{Code::kUnavailable, "nobody there"};
  }
};

struct Lone {  // a node by itself, as victim and judge open it
  SystemClock clock;
  SystemRandom random;
  NoLine line;
  std::unique_ptr<service::Node> node;

  explicit Lone(const std::string& directory) {
    Keys keys = read_keys(directory);
    service::Config config;
    config.directory = directory;
    config.country = "COL";
    config.log_origin = "puente/COL";
    config.node_key = std::move(keys.node);
    config.signing_key = std::move(keys.signing);
    config.log_key = std::move(keys.log);
    config.sealing_key = std::move(keys.sealing);
    node = must(service::Node::open(std::move(config), {clock, random, line}));
  }
};

std::vector<Sample> read_pool(const std::string& directory, int which) {
  return {
      {FingerCapture::kRightIndex, must(read_file(directory + "/pool" + std::to_string(which) + ".png", 1u << 20)), 0}};
}

// The victim: enrols for ever, and says on standard output whom it has acknowledged.
int victim(const std::string& directory) {
  Lone lone(directory);
  for (int i = 0;; ++i) {
    service::EnrolRequest request;
    request.biographic[DataElement::kFamilyName] = "Ruiz";
    request.samples = read_pool(directory, i % 3);
    request.enrol_if_known = true;
    const auto enrolled = lone.node->enrol(kOfficer, std::move(request));
    if (!enrolled.ok() || !enrolled->enrolled) return 1;
    const std::string line = enrolled->person_id + " " + enrolled->encounter_id + "\n";
    if (write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) return 0;
    if (i % 4 == 3) (void)lone.node->erase_person(kSupervisor, "nobody", "does not exist, must not matter");
  }
}

// Runs the victim for that long, kills it, and gives what it had acknowledged.
std::string run_and_kill(const std::string& directory, int after_ms) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    execl(self.c_str(), self.c_str(), "--victim", directory.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  char first = 0;
  CHECK(read(ends[0], &first, 1) == 1);  // it is up, and has acknowledged one: the clock starts
  usleep(static_cast<useconds_t>(after_ms) * 1000);
  kill(child, SIGKILL);
  std::string acknowledged(1, first);
  char chunk[4096];
  for (ssize_t got; (got = read(ends[0], chunk, sizeof chunk)) > 0;)
    acknowledged.append(chunk, static_cast<std::size_t>(got));
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return acknowledged.substr(0, acknowledged.rfind('\n') + 1);
}

TEST(Crash, killed_a_hundred_times_a_node_loses_nothing_that_it_acknowledged) {
  const unsigned seed = std::random_device()();
  std::mt19937 chance(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::string directory = std::filesystem::temp_directory_path() / "puente-crash-XXXXXX";
  CHECK(mkdtemp(directory.data()) != nullptr);
  SystemRandom random;
  std::string keys;
  for (int i = 0; i < 4; ++i) keys += to_hex(SecretKey::generate(random).bytes());
  must(write_file(directory + kKeys, view(keys)));
  for (int i = 0; i < 3; ++i) {
    must(write_file(directory + "/pool" + std::to_string(i) + ".png",
                    fingers_of(static_cast<std::uint32_t>(i) + 1, 1)[0].image));
  }
  must(store::open(directory, store::Mode::kCreate, std::move(read_keys(directory).node), random));

  std::map<std::string, std::string> acknowledged;
  for (int round = 0; round < kKills; ++round) {
    std::istringstream lines(run_and_kill(directory, static_cast<int>(chance() % 120)));
    for (std::string person, encounter; lines >> person >> encounter;) acknowledged[person] = encounter;

    const auto log = must(store::open_log(directory));
    const audit::VerifierKey key{"puente/COL", audit::KeyType::kLog, read_keys(directory).log.public_key()};
    const auto report = audit::verify(*log, key, {});
    ASSERT_TRUE(report.ok) << "round " << round << ": " << report.problem;

    const auto store =
        must(store::open(directory, store::Mode::kReadOnly, std::move(read_keys(directory).node), random));
    ASSERT_EQ(store->check(), std::vector<std::string>{}) << "round " << round;
    for (const auto& [person, encounter] : acknowledged) {
      ASSERT_TRUE(store->encounter(person, encounter).ok()) << "round " << round << ": " << person << " is lost";
    }
    ASSERT_GE(must(store->people()), acknowledged.size());
    ASSERT_LE(must(store->people()),
              acknowledged.size() + static_cast<std::size_t>(round) + 1);  // one at most unacknowledged a kill
  }
  // the gallery that a restart makes is the store's
  Lone judge(directory);
  const auto store = must(store::open(directory, store::Mode::kReadOnly, std::move(read_keys(directory).node), random));
  EXPECT_EQ(judge.node->health().people, must(store->people()));
  EXPECT_FALSE(must(judge.node->identify(kOfficer, read_pool(directory, 0))).candidates.empty());
  EXPECT_FALSE(acknowledged.empty());  // how many depends on how fast the machine is
  judge.node.reset();
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace puente::flow

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--victim") return puente::flow::victim(argv[2]);
  puente::flow::self = "/proc/self/exe";
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
