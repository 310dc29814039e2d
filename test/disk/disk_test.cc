// Two countries on a small ext4 file system in a loop file. What they erased, asked in vain, decided and undid is
// looked for afterwards on the raw image, in every block, as a thief with node.key would: nothing may open.
#include <sqlite3.h>
#include <sys/mount.h>

#include <cstdlib>
#include <functional>

#include "core/files.h"
#include "flow/world.h"

namespace puente::flow {
namespace {

constexpr std::size_t kImageBytes = 48u << 20;
constexpr std::size_t kSealedKeyBytes = 24 + 32 + 16;  // nonce, key, tag

class Disk : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "puente-disk-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    std::filesystem::create_directory(folder + "/mounted");
    const std::string made = "truncate -s " + std::to_string(kImageBytes) + " " + image() + " && mkfs.ext4 -q " +
                             image() + " && mount -o loop " + image() + " " + folder + "/mounted";
    if (std::system((made + " 2>/dev/null").c_str()) != 0)
      GTEST_SKIP() << "no ext4 image can be mounted here (needs root, mkfs.ext4 and a loop device)";
    mounted = true;
    temporary = std::filesystem::temp_directory_path();
    setenv("TMPDIR", (folder + "/mounted").c_str(), 1);
    world = std::make_unique<World>();
    for (const Country* country : {&world->usa, &world->col}) keys[country->name] = World::copy(country->node_key);
  }
  void TearDown() override {
    world.reset();
    if (mounted) unmount();
    std::filesystem::remove_all(folder);
  }
  std::string image() const { return folder + "/disk.img"; }
  void unmount() {
    setenv("TMPDIR", temporary.c_str(), 1);
    ASSERT_EQ(std::system(("umount " + folder + "/mounted").c_str()), 0);
    mounted = false;
  }

  // Every key that lies in a column now.
  std::vector<Bytes> lying(const Country& country, const char* sql) {
    std::vector<Bytes> out;
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open_v2((country.directory + "/puente.db").c_str(), &handle, SQLITE_OPEN_READONLY, nullptr),
              SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr), SQLITE_OK) << sql;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, 0));
      out.emplace_back(bytes, bytes + sqlite3_column_bytes(statement, 0));
    }
    sqlite3_finalize(statement);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_close(handle);
    EXPECT_FALSE(out.empty()) << sql;
    return out;
  }

  // Node and machine are off: the raw bytes of the disk.
  Bytes raw_disk() {
    world->usa.node.reset();
    world->col.node.reset();
    unmount();
    return must(read_file(image(), kImageBytes));
  }
  // Under which the keys of people lie, as a thief makes it from the node key (docs/formats/database.md).
  SecretKey key_of_people(const std::string& country, const std::string& hidden_from = "") {
    return must(SecretKey::from_bytes(keyed_hash(keys.at(country), view("people hidden from" + hidden_from))));
  }
  static bool holds(const Bytes& disk, ByteView piece) {
    return std::search(disk.begin(), disk.end(), std::boyer_moore_searcher(piece.begin(), piece.end())) != disk.end();
  }
  // Where on the disk a key opens that was sealed under `by` for `context`.
  static std::vector<std::size_t> opens(const Bytes& disk, const SecretKey& by, const std::string& context) {
    std::vector<std::size_t> out;
    for (std::size_t at = 0; at + kSealedKeyBytes <= disk.size(); ++at) {
      const ByteView sealed = ByteView(disk).subspan(at, kSealedKeyBytes);
      if (std::count(sealed.begin(), sealed.end(), 0) > 8) continue;  // no sealed key is full of zeroes
      if (open(by, sealed, context).ok()) out.push_back(at);
    }
    return out;
  }

  std::string folder, temporary;
  bool mounted = false;
  std::unique_ptr<World> world;
  std::map<std::string, SecretKey> keys;
};

TEST_F(Disk, of_what_was_erased_nothing_opens_with_the_node_key) {
  World& w = *world;
  w.enrol(w.col, 1, "erased-1");
  w.enrol(w.col, 2, "stays-2");
  w.col.node->work();  // a snapshot of the gallery
  std::vector<Bytes> gone = lying(w.col, "SELECT sealed_key FROM person WHERE person_id = 'erased-1'");
  const auto also = [&gone](std::vector<Bytes> more) {
    for (Bytes& each : more) gone.push_back(std::move(each));
  };
  also(lying(w.col, "SELECT sealed_key FROM state WHERE name = 'key-of-people'"));
  must(w.col.node->erase_person(kSupervisor, "erased-1", "asked for it in writing"));
  w.enrol(w.col, 3, "hides-3");
  must(w.col.node->protect(kOfficer, "hides-3", {ProtectionClass::kAsylum, {"USA"}, "claims asylum, file 12"}));

  w.line_down = true;
  const Question no_hit = must(w.try_ask(w.usa, w.col, 7));
  w.usa.node->work();
  also(lying(w.usa, "SELECT sealed_key FROM outbox"));
  w.line_down = false;
  w.clock.advance_ms(5'000);
  w.usa.node->work();
  ASSERT_EQ(w.state(w.usa, no_hit).state, QuestionState::kNoHit);

  const Question hit = w.ask(w.usa, w.col, 2);
  ASSERT_EQ(hit.state, QuestionState::kHit);
  also(lying(w.col, "SELECT sealed_key FROM exhibit"));
  flow::mark_probe(w.col, hit.reference);
  also(lying(w.col, "SELECT sealed_body FROM \"case\""));  // with the examiner's marks
  const service::CaseView view = must(w.col.node->view_case(kExaminer, hit.reference));
  for (std::size_t pair = 0; pair < view.exhibit.pairs.size(); ++pair)
    must(w.col.node->case_picture(kExaminer, hit.reference, pair, service::PictureKind::kClean));
  must(w.col.node->decide_case(kExaminer, hit.reference, Verdict::kReject, "other ridge flow altogether"));

  const Bytes disk = raw_disk();
  for (const Bytes& key : gone) EXPECT_FALSE(holds(disk, key));
  EXPECT_FALSE(holds(disk, Bytes{0x37, 0x7f, 0x06, 0x82, 0x00, 0x2d, 0xe2, 0x18})) << "a write-ahead log";
  EXPECT_FALSE(holds(disk, Bytes{0x37, 0x7f, 0x06, 0x83, 0x00, 0x2d, 0xe2, 0x18})) << "a write-ahead log";
  const SecretKey people = key_of_people("COL");
  EXPECT_TRUE(opens(disk, people, "person/erased-1/key").empty());
  EXPECT_FALSE(opens(disk, people, "person/stays-2/key").empty()) << "this looks in the right place";
  EXPECT_TRUE(opens(disk, people, "person/hides-3/key").empty()) << "what answers USA could have opened it";
  EXPECT_FALSE(opens(disk, key_of_people("COL", "/USA"), "person/hides-3/key").empty());
  EXPECT_TRUE(opens(disk, keys["COL"], "state/key-of-people/key").empty());
  EXPECT_TRUE(opens(disk, keys["COL"], "case/" + hit.reference + "/probe-key").empty());
  EXPECT_TRUE(opens(disk, keys["USA"], "outbox/" + no_hit.exchange_id + "/key").empty());
}

// Too much for the cache, and undone: what SQLite wrote of it on the way.
TEST_F(Disk, of_a_transaction_that_was_undone_nothing_opens_either) {
  world->col.node.reset();
  {
    const auto store =
        must(store::open(world->col.directory, store::Mode::kOpen, World::copy(world->col.node_key), world->random));
    const auto transaction = store->begin();
    Encounter encounter;
    encounter.person_id = "undone-1";
    encounter.encounter_id = "e-1";
    for (int i = 0; i < 8; ++i) {
      Bytes noise(1u << 20);
      world->random.fill(noise);
      encounter.samples.push_back({FingerCapture::kRightIndex, std::move(noise), 500});
    }
    must(transaction->put_encounter(encounter, {}));
  }
  const Bytes disk = raw_disk();
  EXPECT_TRUE(opens(disk, key_of_people("COL"), "person/undone-1/key").empty());
  EXPECT_FALSE(holds(disk, Bytes{0x37, 0x7f, 0x06, 0x82, 0x00, 0x2d, 0xe2, 0x18}));
  EXPECT_FALSE(holds(disk, Bytes{0x37, 0x7f, 0x06, 0x83, 0x00, 0x2d, 0xe2, 0x18}));
}

}  // namespace
}  // namespace puente::flow
