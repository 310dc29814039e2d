#include "home/home.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <filesystem>

#include "audit/audit.h"
#include "home/check.h"
#include "home/testing_home.h"

namespace puente::home {
namespace {

// By an init that was killed: there is no node to be written again.
TEST_F(Home, that_is_unfinished_is_called_so_and_by_its_name) {
  const Directory col = made("COL");
  for (const char* file : {"/node.toml", "/puente.db", "/place.json"}) std::filesystem::remove(col.path + file);
  for (const Error& each : {make_directory(col, "Test", random_).error(), read_directory(col.path).error()})
    EXPECT_NE(each.message.find("unfinished"), std::string::npos) << each.message;
  std::filesystem::remove_all(col.path);
  EXPECT_TRUE(make_directory(col, "Test", random_).ok());
}

TEST_F(Home, that_is_made_is_read_again_and_not_made_twice) {
  const Directory wanted = made("COL");
  const auto read = read_directory(wanted.path);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->country, "COL");
  EXPECT_EQ(read->role, "node");
  EXPECT_EQ(read->api_port, 0);
  EXPECT_EQ(read->expected_false_max, wanted.expected_false_max);
  EXPECT_EQ(read->question_hours, wanted.question_hours);
  EXPECT_EQ(make_directory(wanted, "Test", random_).error().code, Code::kAlreadyExists);
  EXPECT_EQ(read_directory(folder_ + "/nowhere").error().code, Code::kNotFound);
}

TEST_F(Home, whoever_changes_it_too_is_not_waited_for_without_end) {
  const Directory directory = made("COL");
  const auto held = Lock::take(directory.path + "/keys", Lock::Of::kFolder, std::chrono::milliseconds(0));
  ASSERT_TRUE(held.ok());
  const auto changed = add_peer(directory.path, {Introduction::Kind::kPartner, "USA", "https://a.example:1", "", ""});
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().code, Code::kUnavailable);
  EXPECT_NE(changed.error().message.find("process"), std::string::npos) << changed.error().message;
}

TEST_F(Home, a_disk_that_can_only_be_read_is_found_whatever_room_it_has) {
  const Disk sound{folder_, false, 1u << 30, 2u << 30};
  Disk read_only = sound, full = sound;
  read_only.is_read_only = true;
  full.free_bytes = 1u << 20;
  EXPECT_EQ(judge_disk(sound).weight, Finding::Weight::kWell);
  EXPECT_EQ(judge_disk(full).weight, Finding::Weight::kWrong);
  EXPECT_EQ(judge_disk(read_only).weight, Finding::Weight::kWrong);
  EXPECT_NE(judge_disk(read_only).words.find("only be read"), std::string::npos);
}

TEST_F(Home, a_lost_log_vkey_is_said_and_made_again_as_it_was) {
  for (const char* role : {"node", "overseer"}) {
    const Directory directory = made(role == std::string("node") ? "COL" : "overseer.test", role);
    const std::string file = directory.path + "/keys/log.vkey", before = *read_text(file);
    EXPECT_EQ(*wrong_with_vkey(directory), "");
    std::filesystem::remove(file);
    EXPECT_NE(wrong_with_vkey(directory)->find("missing"), std::string::npos);
    const std::vector<Finding> findings = check_node(directory.path, false)->findings;
    EXPECT_TRUE(std::ranges::count(findings, "log.vkey", &Finding::about) == 1) << role;
    ASSERT_TRUE(keep_vkey(directory).ok());
    EXPECT_EQ(*read_text(file), before);
    ASSERT_TRUE(write_file(file, view("puente/PER+00000000+AAAA\n")).ok());
    EXPECT_NE(wrong_with_vkey(directory)->find("not of log.key"), std::string::npos);
  }
}

TEST_F(Home, a_text_that_the_partner_has_not_accepted_is_found) {
  AcceptedAgreement text;
  text.id = "col-usa-1";
  text.parties[0].country = "COL", text.parties[1].country = "USA";
  text.digest.fill(7);
  text.valid_from_ms = 0, text.valid_until_ms = 2'000;
  const std::string digest = to_hex(text.digest), another(digest.size(), 'a');
  EXPECT_EQ(not_accepted_there({text}, "USA", another, 1'000), std::vector<std::string>{"col-usa-1"});
  EXPECT_EQ(not_accepted_there({text}, "USA", "", 1'000), std::vector<std::string>{"col-usa-1"});
  EXPECT_TRUE(not_accepted_there({text}, "USA", another + "," + digest, 1'000).empty());
  EXPECT_TRUE(not_accepted_there({text}, "MEX", another, 1'000).empty()) << "between others";
  EXPECT_TRUE(not_accepted_there({text}, "USA", another, 3'000).empty()) << "not in force any more";
}

TEST_F(Home, keeps_its_keys_to_its_owner) {
  const Directory directory = made("COL");
  for (const char* key : {"node.key", "signing.key", "sealing.key", "log.key", "tls.key"}) {
    struct stat of = {};
    ASSERT_EQ(stat((directory.path + "/keys/" + key).c_str(), &of), 0) << key;
    EXPECT_EQ(of.st_mode & 0777, 0600u) << key;
  }
  ASSERT_TRUE(write_file(directory.path + "/keys/node.key", view("00\n")).ok());
  EXPECT_EQ(node_config(directory).error().code, Code::kCorrupt);
}

TEST_F(Home, of_an_overseer_is_no_node_and_the_other_way_round) {
  EXPECT_FALSE(node_config(made("overseer.test", "overseer")).ok());
  EXPECT_FALSE(overseer_config(made("COL")).ok());
  Directory wrong;
  wrong.path = folder_ + "/x";
  wrong.country = "Colombia";
  EXPECT_EQ(make_directory(wrong, "", random_).error().code, Code::kInvalidInput);
}

// A slip of the pen in node.toml: what serves an overseer would make the log's key anew.
TEST_F(Home, a_node_that_is_called_an_overseer_keeps_its_keys) {
  const Directory col = made("COL");
  const std::string key = *read_text(col.path + "/keys/log.key");
  ASSERT_TRUE(write_file(col.path + "/node.toml", view("role = \"overseer\"\ncountry = \"COL\"\n")).ok());
  EXPECT_EQ(read_directory(col.path).error().code, Code::kInvalidInput);
  EXPECT_EQ(adopt_copy(col.path, "the old disk has failed").error().code, Code::kInvalidInput);
  EXPECT_EQ(*read_text(col.path + "/keys/log.key"), key);
  for (const char* stray : {"[partner]\nport = 1\n", "[limits]\ncase_days = 1\n"}) {
    const std::string text = std::string("role = \"overseer\"\ncountry = \"see.test\"\n") + stray;
    EXPECT_EQ(parse_node_toml("x", text).error().code, Code::kInvalidInput) << stray;
  }
}

TEST_F(Home, is_made_only_where_nothing_is) {
  const Directory wanted = made("COL");
  const std::string key = *read_text(wanted.path + "/keys/node.key");
  for (const char* lost : {"node.toml", "puente.db", "party.json"}) {
    std::filesystem::remove(wanted.path + "/" + lost);
    const Status again = make_directory(wanted, "Test", random_);
    EXPECT_EQ(again.error().code, Code::kAlreadyExists) << lost;
    EXPECT_EQ(*read_text(wanted.path + "/keys/node.key"), key) << lost;
  }
  EXPECT_NE(read_directory(wanted.path).error().message.find("do not make the node anew"), std::string::npos);
  for (const char* left : {"users.json", "keys/log.key", "agreements/a.json", "letter.txt", "x/y"}) {
    Directory other = wanted;
    other.path = folder_ + "/other";
    std::filesystem::remove_all(other.path);
    const std::string file = other.path + "/" + left;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    ASSERT_TRUE(write_file(file, view("mine")).ok());
    EXPECT_EQ(make_directory(other, "Test", random_).error().code, Code::kAlreadyExists) << left;
    EXPECT_EQ(*read_text(file), "mine");
    EXPECT_FALSE(is_there(other.path + "/keys/node.key")) << left;
  }
  Directory empty = wanted;
  empty.path = folder_ + "/empty";
  std::filesystem::create_directories(empty.path + "/keys");
  EXPECT_TRUE(make_directory(empty, "Test", random_).ok());
}

TEST_F(Home, refuses_whatever_in_its_settings_is_not_known_or_makes_no_sense_and_names_the_line) {
  const Directory directory = made("COL");
  const std::string sound = *read_text(directory.path + "/node.toml");
  const auto line_of = [](const std::string& text, std::size_t at) {
    return std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  };
  const std::pair<const char*, const char*> wrong[] = {
      {"case_days = 7", "case_day = 7"},
      {"case_days = 7", "case_days = \"7\""},
      {"case_days = 7", "case_days = 7.0"},
      {"case_days = 7", "case_days = 0"},
      {"case_days = 7", "case_days = -1"},
      {"case_days = 7", "case_days = 366"},
      {"case_days = 7", "case_days = inf"},
      {"retention_days = 3650", "retention_days = 36500000"},
      {"retention_days = 3650", "retention_days = 106751991168"},
      {"retention_days = 3650", "retention-days = 30"},
      {"question_hours = 72", "question_hours = 100000000000000000000"},
      {"expected_false_max = 0.0001", "expected_false_max = 100"},
      {"expected_false_max = 0.0001", "expected_false_max = nan"},
      {"expected_false_max = 0.0001", "expected_false_max = inf"},
      {"expected_false_max = 0.0001", "expected_false_max = -inf"},
      {"expected_false_max = 0.0001", "expected_false_max = 0"},
      {"expected_false_max = 0.0001", "expected_false_max = true"},
      {"false_match_rate_max = 0.0001", "false_match_rate_max = 1"},
      {"false_match_rate_max = 0.0001", "false_match_rate_max = 0.02"},
      {"[limits]", "[limit]"},
      {"[api]", "[apis]"},
      {"port = 0", "port = 99999"},
      {"port = 0", "port = -1"},
      {"port = 0", "port = \"8443\""},
      {"port = 0", "prot = 1"},
      {"address = \"127.0.0.1\"", "address = \"localhost\""},
      {"address = \"127.0.0.1\"", "address = 127"},
      {"role = \"node\"", "role = \"nod\""},
      {"country = \"COL\"", "country = \"Colombia\""},
  };
  for (const auto& [line, instead] : wrong) {
    std::string text = sound;
    const std::size_t at = text.find(line);
    ASSERT_NE(at, std::string::npos) << line;
    text.replace(at, std::string(line).size(), instead);
    const auto read = parse_node_toml(directory.path, text);
    ASSERT_FALSE(read.ok()) << instead;
    EXPECT_NE(read.error().message.find("node.toml line " + line_of(text, at)), std::string::npos)
        << instead << ": " << read.error().message;
  }
  for (const char* more :
       {"partners = 3", "[partners.\"USA\"]\n", "[partners.\"USA\"]\nurl = \"http://a:1\"\n",
        "[partners.\"usa\"]\nurl = \"https://a:1\"", "[partners.\"COL\"]\nurl = \"https://a:1\"",
        "[partners.\"USA\"]\nurl = \"https://a:1\"\nweight = 1", "[overseers.\"o\"]\nurl = \"https://a:1\"",
        "[callbacks.\"USA\"]\nurl = \"https://a:1\"", "[logs.\"a\"]\nvkey = \"x\"", "[limits]\ncase_days = 3",
        "[samples]\nfingers = \"jpeg\"", "[samples]\nfinger = \"wsq\"", "[samples]\nfingers = true", "[other]"}) {
    EXPECT_FALSE(parse_node_toml(directory.path, sound + more + std::string("\n")).ok()) << more;
  }
}

// The line and the log know all by their names: what is said to "USA" must reach the USA.
TEST_F(Home, no_overseer_and_no_callback_has_the_name_of_a_country_or_of_the_node_itself) {
  const Directory directory = made("COL");
  const std::string sound = *read_text(directory.path + "/node.toml");
  const auto named = [&](const std::string& kind, const std::string& name) {
    const audit::VerifierKey key{name, audit::KeyType::kOverseer, SigningKey::generate(random_).public_key()};
    std::string section = "\n[" + kind + ".\"" + name + "\"]\nurl = \"https://a.example:1\"\ncertificate_sha256 = \"" +
                          std::string(64, 'a') + "\"\n";
    if (kind == "overseers") section += "vkey = \"" + audit::to_vkey(key) + "\"\n";
    return parse_node_toml(directory.path, sound + section);
  };
  for (const char* kind : {"overseers", "callbacks"}) {
    EXPECT_TRUE(named(kind, "usa.example").ok()) << named(kind, "usa.example").error().message;
    for (const char* name : {"USA", "COL", "XQZ", "node", "Local", "system"}) {
      const auto read = named(kind, name);
      ASSERT_FALSE(read.ok()) << kind << " " << name;
      EXPECT_NE(read.error().message.find("must not be named so"), std::string::npos) << read.error().message;
    }
  }
  Directory overseer;
  overseer.path = folder_ + "/overseer";
  overseer.role = "overseer";
  for (const char* name : {"USA", "node", "two words"}) {
    overseer.country = name;
    EXPECT_EQ(make_directory(overseer, "", random_).error().code, Code::kInvalidInput) << name;
    EXPECT_FALSE(std::filesystem::exists(overseer.path)) << name;
  }
}

TEST_F(Home, is_told_of_peers_and_refuses_what_is_none) {
  const Directory directory = made("COL");
  using Kind = Introduction::Kind;
  EXPECT_TRUE(add_peer(directory.path, {Kind::kPartner, "USA", "https://a.example:1", "", ""}).ok());
  EXPECT_TRUE(add_peer(directory.path, {Kind::kPartner, "USA", "https://b.example:9443", "", ""}).ok());
  for (const char* url : {"http://a.example:1", "https://a.example", "https://a.example:0", "https://a.example:65536",
                          "https://:1", "https://a.example:+1", "https://a\"b:1", ""})
    EXPECT_FALSE(add_peer(directory.path, {Kind::kPartner, "USA", url, "", ""}).ok()) << url;
  EXPECT_FALSE(add_peer(directory.path, {Kind::kOverseer, "o", "https://a.example:1", "no certificate", ""}).ok());
  EXPECT_FALSE(add_peer(directory.path, {Kind::kOverseer, "o", "https://a.example:1", "", ""}).ok());
  EXPECT_FALSE(add_peer(directory.path, {Kind::kLog, "o", "", "", "no key"}).ok());
  EXPECT_FALSE(add_peer(directory.path, {Kind::kPartner, "COL", "https://a.example:1", "", ""}).ok());
  const auto read = read_directory(directory.path);
  ASSERT_EQ(read->partners.size(), 1u);
  EXPECT_EQ(read->partners[0].url, "https://b.example:9443");
  EXPECT_TRUE(read->overseers.empty());
  const Directory overseer = made("overseer.test", "overseer");
  const std::string vkey = *read_text(overseer.path + "/keys/log.vkey");
  const Introduction peer{Kind::kOverseer, "overseer.test", "https://a.example:1",
                          *read_text(overseer.path + "/keys/tls.crt"), vkey.substr(0, vkey.size() - 1)};
  ASSERT_TRUE(add_peer(directory.path, peer).ok());
  EXPECT_EQ(node_config(*read_directory(directory.path))->overseers.at(0).name, "overseer.test");
  ASSERT_TRUE(add_peer(directory.path, peer).ok()) << "the same once more";
  Introduction another = peer;
  another.vkey = without_white_end(vkey_line(overseer, SigningKey::generate(random_).public_key()));
  const auto refused = add_peer(directory.path, another);
  ASSERT_FALSE(refused.ok()) << "a name that was taken by mistake";
  EXPECT_EQ(refused.error().code, Code::kConflict) << refused.error().message;
  EXPECT_EQ(read_directory(directory.path)->overseers.at(0).vkey, peer.vkey);
  another.replace = true;
  ASSERT_TRUE(add_peer(directory.path, another).ok());
  EXPECT_EQ(read_directory(directory.path)->overseers.at(0).vkey, another.vkey);
}

TEST_F(Home, says_of_a_partner_that_it_is_told_of_whether_anything_is_agreed_with_it) {
  const Directory col = made("COL"), usa = made("USA");
  const Introduction partner{Introduction::Kind::kPartner, "USA", "https://a.example:1", "", ""};
  const auto before = add_peer(col.path, partner);
  ASSERT_EQ(before->size(), 1u);
  EXPECT_NE(before->front().find("no agreement with USA"), std::string::npos) << before->front();
  ASSERT_TRUE(accept_agreement(col.path, agreement(col, usa)).ok());
  EXPECT_TRUE(add_peer(col.path, partner)->empty());
}

TEST_F(Home, what_others_may_read_or_its_owner_may_not_write_is_named_with_its_cure) {
  const Directory directory = made("COL");
  ASSERT_TRUE(add_user(directory.path, "ana", Role::kOfficer, random_).ok());
  EXPECT_TRUE(loose_rights(directory).empty());
  struct Loose {
    const char* file;
    mode_t wrong, right;
    const char* cure;
  };
  for (const Loose& each :
       {Loose{"", 0750, 0700, "chmod go= "}, Loose{"/keys", 0701, 0700, "chmod go= "},
        Loose{"/keys/signing.key", 0640, 0600, "chmod go= "}, Loose{"/users.json", 0604, 0600, "chmod go= "},
        Loose{"/puente.db", 0660, 0600, "chmod go= "}, Loose{"/puente.db", 0400, 0600, "chmod u+w "}}) {
    const std::string file = directory.path + each.file;
    ASSERT_EQ(::chmod(file.c_str(), each.wrong), 0);
    const std::vector<std::string> found = loose_rights(directory);
    ASSERT_EQ(found.size(), 1u) << file;
    EXPECT_NE(found.front().find(each.cure + file), std::string::npos) << found.front();
    ASSERT_EQ(::chmod(file.c_str(), each.right), 0);
  }
}

// So that the service, which is somebody else, can read what an administrator has changed.
TEST_F(Home, what_root_writes_belongs_to_whom_the_directory_belongs) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root writes for others";
  constexpr uid_t kService = 65534;
  const Directory directory = made("COL");
  ASSERT_EQ(::chown(directory.path.c_str(), kService, kService), 0);
  for (const char* name : {"ana", "luis"}) {  // the file is made, then changed
    ASSERT_TRUE(add_user(directory.path, name, Role::kOfficer, random_).ok());
    struct stat facts {};
    ASSERT_EQ(::stat((directory.path + "/users.json").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_uid, kService) << name;
    EXPECT_EQ(facts.st_mode & 0777, 0600u) << name;
  }
}

TEST_F(Home, a_directory_that_may_not_be_read_is_not_taken_for_one_where_nothing_is) {
  const Directory directory = made("COL");
  ASSERT_EQ(::chmod(directory.path.c_str(), 0), 0);
  const uid_t before = ::geteuid();
  const bool is_root = before == 0;  // who may read anything
  ASSERT_TRUE(!is_root || ::seteuid(65534) == 0);
  const auto read = read_directory(directory.path);
  ASSERT_TRUE(!is_root || ::seteuid(before) == 0);
  ASSERT_EQ(::chmod(directory.path.c_str(), 0700), 0);
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().code, Code::kNotFound) << read.error().message;
  EXPECT_NE(read.error().message.find("Permission denied"), std::string::npos) << read.error().message;
}

TEST_F(Home, changes_one_section_of_its_settings_and_keeps_every_other_byte) {
  const Directory directory = made("COL");
  using Kind = Introduction::Kind;
  append(directory,
         "# by decree 12\n\n[partners.\"USA\"]   # our friend\n# the office in Laredo\nurl = \"https://a.example:1\"  "
         "# old\n\n"
         "# last words\n");
  const std::string file = directory.path + "/node.toml", before = *read_text(file);
  ASSERT_TRUE(add_peer(directory.path, {Kind::kPartner, "USA", "https://b.example:2", "", ""}).ok());
  std::string expected = before;
  expected.replace(expected.find("https://a.example:1"), 19, "https://b.example:2");
  EXPECT_EQ(*read_text(file), expected);
  ASSERT_TRUE(add_peer(directory.path, {Kind::kPartner, "BRA", "https://c.example:3", "", ""}).ok());
  EXPECT_EQ(*read_text(file), expected + "\n[partners.\"BRA\"]\nurl = \"https://c.example:3\"\n");
  ASSERT_TRUE(remove_peer(directory.path, Kind::kPartner, "BRA").ok());
  EXPECT_EQ(*read_text(file), expected);
  EXPECT_EQ(remove_peer(directory.path, Kind::kPartner, "BRA").error().code, Code::kNotFound);
  append(directory,
         "[callbacks]\nx = { url = \"https://a.example:1\", certificate_sha256 = \"" + std::string(64, 'a') + "\" }\n");
  EXPECT_EQ(add_peer(directory.path, {Kind::kCallback, "x", "https://d.example:4", "", ""}).error().code,
            Code::kConflict);
}

TEST_F(Home, takes_an_agreement_that_both_signed_and_no_other) {
  const Directory col = made("COL"), usa = made("USA"), mex = made("MEX");
  const Bytes document = agreement(col, usa);
  ASSERT_TRUE(accept_agreement(col.path, document).ok());
  EXPECT_EQ(to_bytes(node_config(col)->agreements.at(0)), document);
  EXPECT_TRUE(accept_agreement(col.path, document).ok()) << "once more is no harm";
  EXPECT_EQ(accept_agreement(mex.path, document).error().code, Code::kInvalidInput);
  Bytes changed = document;
  changed[document.size() / 2] ^= 1;
  EXPECT_FALSE(accept_agreement(col.path, changed).ok());
  EXPECT_EQ(accept_agreement(col.path, agreement(usa, col)).error().code, Code::kConflict) << "another text, one id";
  EXPECT_EQ(node_config(col)->agreements.size(), 1u);
  const auto beside = accept_agreement(col.path, agreement(col, usa, "beside"));
  ASSERT_TRUE(beside.ok());
  EXPECT_NE(beside->back().find("stays in force beside it"), std::string::npos);
}

TEST_F(Home, check_says_of_a_partner_whether_it_answers_and_how_its_clock_goes) {
  const Directory col = made("COL"), usa = made("USA");
  ASSERT_TRUE(accept_agreement(col.path, agreement(col, usa)).ok());
  std::atomic<int> hours_off{0};
  std::atomic<bool> says_nothing{false};
  net::ServerOptions options;
  options.identity = *read_identity(usa, Generation::kPresent);
  options.mutual = true;
  options.pinned_peers = {{"COL", party(col).certificate_sha256}};
  auto server = *net::Server::start(std::move(options), [&](const net::Request&) {
    if (says_nothing) return net::Response{};
    const std::time_t there = std::time(nullptr) + hours_off * 3600;
    char date[40];
    std::tm parts{};
    std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&there, &parts));
    net::Response out;
    out.headers["date"] = date;
    return out;
  });
  const std::string url = "https://127.0.0.1:" + std::to_string(server->port());
  ASSERT_TRUE(add_peer(col.path, {Introduction::Kind::kPartner, "USA", url, "", ""}).ok());
  const auto found = [&]() -> Finding {
    const auto report = check_node(col.path, true);
    const auto about = std::ranges::find(report->findings, "partner USA", &Finding::about);
    EXPECT_NE(about, report->findings.end());
    return about == report->findings.end() ? Finding{} : *about;
  };
  EXPECT_EQ(found().weight, Finding::Weight::kWell) << found().words;
  for (const auto& [hours, words] : {std::pair(1, "s ahead of ours"), std::pair(-1, "s behind ours")}) {
    hours_off = hours;
    const Finding off = found();
    EXPECT_EQ(off.weight, Finding::Weight::kWrong) << off.words;
    EXPECT_NE(off.words.find(words), std::string::npos) << off.words;
  }
  says_nothing = true;
  EXPECT_EQ(found().weight, Finding::Weight::kOdd) << found().words;
  server.reset();
  EXPECT_EQ(found().weight, Finding::Weight::kWrong);
  EXPECT_NE(found().words.find("cannot connect"), std::string::npos) << found().words;
}

TEST_F(Home, takes_no_agreement_that_names_keys_which_it_has_not) {
  const Directory col = made("COL"), usa = made("USA");
  const Bytes of_before = agreement(col, usa);
  for (const char* file : {"signing.key", "sealing.key"}) {
    const std::string key = col.path + "/keys/" + file, kept = *read_text(key);
    ASSERT_TRUE(write_file(key, view(to_hex(SecretKey::generate(random_).bytes()) + "\n")).ok());
    EXPECT_EQ(accept_agreement(col.path, of_before).error().code, Code::kInvalidInput) << file;
    ASSERT_TRUE(write_file(key, view(kept)).ok());
  }
  ASSERT_TRUE(accept_agreement(col.path, of_before).ok());
  EXPECT_TRUE(check_before_serving(col, SystemClock().now_ms()).ok());
  for (const char* file : {"tls.key", "tls.crt", "signing.key"})  // another party's
    std::filesystem::copy_file(usa.path + "/keys/" + file, col.path + "/keys/" + file,
                               std::filesystem::copy_options::overwrite_existing);
  EXPECT_FALSE(check_before_serving(col, SystemClock().now_ms()).ok());
  const auto report = check_node(col.path, false);
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->well());
}

TEST_F(Home, is_not_served_with_a_certificate_that_has_ended) {
  const Directory col = made("COL");
  const std::int64_t now_ms = SystemClock().now_ms();
  EXPECT_TRUE(check_before_serving(col, now_ms).ok());
  EXPECT_NE(check_before_serving(col, now_ms + 900 * kDayMs).error().message.find("renew"), std::string::npos);
}

TEST_F(Home, is_checked_whole) {
  const Directory col = made("COL");
  ASSERT_TRUE(add_user(col.path, "ana", Role::kOfficer, random_).ok());
  const auto well = check_node(col.path, false);
  ASSERT_TRUE(well.ok()) << well.error().message;
  for (const Finding& each : well->findings)
    EXPECT_NE(each.weight, Finding::Weight::kWrong) << each.about << each.words;
  EXPECT_EQ(*well->configuration["limits.case_days"].as_integer(), 7);
  EXPECT_EQ(*well->configuration["limits.uncosigned_hours"].as_integer(), 168);
  EXPECT_EQ(*well->configuration["limits.details_days"].as_integer(), 1825);
  ASSERT_EQ(chmod((col.path + "/keys/node.key").c_str(), 0644), 0);
  EXPECT_FALSE(check_node(col.path, false)->well());
  ASSERT_EQ(chmod((col.path + "/keys/node.key").c_str(), 0600), 0);
  ASSERT_TRUE(write_file(col.path + "/party.json", view(*read_text(made("USA").path + "/party.json"))).ok());
  EXPECT_FALSE(check_node(col.path, false)->well());
}

TEST_F(Home, says_what_ends_soon_begins_later_or_waits_to_follow) {
  const Directory col = made("COL"), usa = made("USA");
  const std::int64_t now_ms = SystemClock().now_ms();
  ASSERT_TRUE(accept_agreement(col.path, agreement(col, usa)).ok());
  const auto about = [&](std::int64_t at_ms) {
    std::string out;
    for (const std::string& line : what_ends_soon(col, at_ms)) out += line + "\n";
    return out;
  };
  EXPECT_EQ(about(now_ms), "");
  EXPECT_NE(about(now_ms + 800 * kDayMs).find("24 days left"), std::string::npos) << about(now_ms + 800 * kDayMs);
  EXPECT_EQ(about(now_ms + 4000 * kDayMs).find("agreement"), std::string::npos) << "who has no agreement any more";
  EXPECT_NE(about(now_ms - 9 * kDayMs).find("begins only on"), std::string::npos) << about(now_ms - 9 * kDayMs);
  ASSERT_TRUE(renew(col.path, {Renewable::kCertificate}, random_).ok());
  EXPECT_NE(about(now_ms + 800 * kDayMs).find("next certificate"), std::string::npos);
  const auto report = check_node(col.path, false);
  EXPECT_TRUE(std::any_of(report->findings.begin(), report->findings.end(),
                          [](const Finding& each) { return each.about == "renewal"; }));
}

TEST_F(Home, is_checked_for_being_a_copy) {
  const Directory col = made("COL");
  ASSERT_TRUE(add_user(col.path, "ana", Role::kOfficer, random_).ok());
  ASSERT_TRUE(Visit::begin(col.path, "ana").ok());
  EXPECT_TRUE(check_node(col.path, false)->well());
  const std::string copy = col.path + "-copy";
  std::filesystem::copy(col.path, copy, std::filesystem::copy_options::recursive);
  EXPECT_FALSE(check_node(copy, false)->well());
}

TEST_F(Home, is_checked_for_being_restored_until_a_supervisor_has_answered) {
  const Directory col = made("COL");
  ASSERT_TRUE(add_user(col.path, "ana", Role::kOfficer, random_).ok());
  ASSERT_TRUE(Visit::begin(col.path, "ana").ok());
  const auto restored = [&] {
    const auto checked = check_node(col.path, false);
    for (const Finding& each : checked->findings)
      if (each.about == "restored") return each.words;
    return std::string();
  };
  EXPECT_EQ(restored(), "");
  const std::string today = to_iso8601(SystemClock().now_ms()).substr(0, 10);
  ASSERT_TRUE(adopt_copy(col.path, "the old disk has failed").ok());
  EXPECT_NE(restored().find("copy_adopted"), std::string::npos);
  EXPECT_NE(restored().find(", the last of " + today), std::string::npos) << restored();
  EXPECT_TRUE(check_node(col.path, false)->well()) << "it is as it must be";
}

TEST_F(Home, of_a_draft_what_it_replaces_is_known_or_not) {
  const Directory col = made("COL"), usa = made("USA");
  EXPECT_TRUE(agreement_ids(col.path)->empty());
  ASSERT_TRUE(accept_agreement(col.path, agreement(col, usa, "first")).ok());
  EXPECT_EQ(*agreement_ids(col.path), std::vector<std::string>{"first"});
  EXPECT_EQ(accept_agreement(col.path, agreement(col, usa, "second", "frist")).error().code, Code::kInvalidInput);
  EXPECT_TRUE(accept_agreement(col.path, agreement(col, usa, "second", "first")).ok());
}

TEST_F(Home, takes_no_agreement_that_was_terminated_here) {
  const Directory col = made("COL"), usa = made("USA");
  const Bytes document = agreement(col, usa, "old");
  ASSERT_TRUE(accept_agreement(col.path, document).ok());
  ASSERT_TRUE(add_user(col.path, "eva", Role::kSupervisor, random_).ok());
  net::Request request;
  request.method = "POST";
  request.target = "/v1/agreements/old/terminate";
  request.body = to_bytes(R"({"reasons":"the ministry has ended it"})");
  ASSERT_EQ(Visit::begin(col.path, "eva")->call(request).status, 200);
  EXPECT_EQ(accept_agreement(col.path, document).error().code, Code::kAlreadyExists);
}

TEST_F(Home, replaces_a_key_with_an_overlap_and_destroys_the_older_one) {
  const Directory col = made("COL"), usa = made("USA");
  ASSERT_TRUE(accept_agreement(col.path, agreement(col, usa, "old")).ok());
  const OwnParts before = *own_parts(col, Generation::kPresent);
  const auto all = {Renewable::kCertificate, Renewable::kSigning, Renewable::kSealing};
  ASSERT_TRUE(renew(col.path, all, random_).ok());
  EXPECT_EQ(renew(col.path, {Renewable::kSigning}, random_).error().code, Code::kAlreadyExists);
  const OwnParts next = *own_parts(col, Generation::kNext);
  EXPECT_NE(next.signing, before.signing);
  EXPECT_EQ(own_parts(col, Generation::kPresent)->signing, before.signing);
  EXPECT_EQ(finish_renewal(col.path).error().code, Code::kConflict) << "the older text names the older keys";
  ASSERT_TRUE(accept_agreement(col.path, agreement(col, usa, "new", "old", Generation::kNext)).ok());
  EXPECT_TRUE(check_before_serving(col, SystemClock().now_ms()).ok());
  const auto shown = identity_to_show(col, *agreements_now(col), SystemClock().now_ms());
  EXPECT_EQ(*net::certificate_sha256(shown->certificate_pem), next.certificate_sha256);
  EXPECT_EQ(finish_renewal(col.path).error().code, Code::kConflict) << "what was asked under it may still be released";
  {
    ASSERT_TRUE(add_user(col.path, "eva", Role::kSupervisor, random_).ok());
    auto visit = Visit::begin(col.path, "eva");
    ASSERT_TRUE(visit.ok()) << visit.error().message;
    net::Request request;
    request.method = "POST";
    request.target = "/v1/agreements/old/terminate";
    request.body = to_bytes("{\"reasons\":\"replaced by the newer text\"}");
    EXPECT_EQ(visit->call(request).status, 200);
  }
  std::filesystem::create_hard_link(col.path + "/keys/signing.key", folder_ + "/watcher");
  const Status finished = finish_renewal(col.path);
  ASSERT_TRUE(finished.ok()) << finished.error().message;
  EXPECT_EQ(own_parts(col, Generation::kPresent)->signing, next.signing);
  EXPECT_EQ(own_parts(col, Generation::kPresent)->certificate_sha256, next.certificate_sha256);
  EXPECT_EQ(read_text(folder_ + "/watcher")->find_first_not_of('\0'), std::string::npos);
  EXPECT_EQ(policy::fingerprint(party(col)), policy::fingerprint(party_of(col, "Test", next)));
  for (const auto& file : std::filesystem::directory_iterator(col.path + "/keys"))
    EXPECT_EQ(file.path().string().find("next"), std::string::npos) << file.path();
  EXPECT_TRUE(check_node(col.path, false)->well());
}

class OtherClock final : public Clock {
 public:
  explicit OtherClock(std::int64_t ahead_ms) : now_ms_(SystemClock().now_ms() + ahead_ms) {}
  std::int64_t now_ms() const override { return now_ms_; }

 private:
  const std::int64_t now_ms_;
};

TEST_F(Home, a_clock_that_runs_ahead_at_a_start_frees_no_key_and_one_behind_takes_no_certificate_to_come) {
  const Directory col = made("COL"), usa = made("USA");
  ASSERT_TRUE(renew(col.path, {Renewable::kCertificate}, random_).ok());
  EXPECT_EQ(finish_renewal(col.path, OtherClock(-2 * kDayMs)).error().code, Code::kConflict);
  ASSERT_TRUE(finish_renewal(col.path).ok());
  ASSERT_TRUE(accept_agreement(col.path, agreement(col, usa, "old")).ok());
  ASSERT_TRUE(renew(col.path, {Renewable::kSigning}, random_).ok());
  EXPECT_EQ(finish_renewal(col.path, OtherClock(4000 * kDayMs)).error().code, Code::kConflict)
      << "the node's own log knows of no such day";
}

TEST_F(Home, takes_up_a_renewal_that_was_cut_while_it_was_made) {
  const Directory col = made("COL");
  ASSERT_TRUE(renew(col.path, {Renewable::kCertificate, Renewable::kSigning}, random_).ok());
  const OwnParts made_before = *own_parts(col, Generation::kNext);
  std::filesystem::remove(col.path + "/party.next.json");  // the disk was full
  std::filesystem::remove(col.path + "/keys/tls.next.crt");
  const auto again = renew(col.path, {Renewable::kCertificate, Renewable::kSigning}, random_);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(own_parts(col, Generation::kNext)->signing, made_before.signing);
  EXPECT_TRUE(std::filesystem::exists(col.path + "/party.next.json"));
  EXPECT_EQ(renew(col.path, {Renewable::kSigning}, random_).error().code, Code::kAlreadyExists);
  ASSERT_TRUE(finish_renewal(col.path).ok());
  EXPECT_TRUE(check_node(col.path, false)->well());
}

TEST_F(Home, goes_on_with_a_renewal_that_a_crash_cut) {
  const Directory col = made("COL");
  ASSERT_TRUE(renew(col.path, {Renewable::kCertificate}, random_).ok());
  const OwnParts next = *own_parts(col, Generation::kNext);
  std::filesystem::rename(col.path + "/keys/tls.next.crt", col.path + "/keys/tls.crt");  // and then the lights went out
  EXPECT_EQ(own_parts(col, Generation::kPresent)->certificate_sha256, next.certificate_sha256);
  ASSERT_TRUE(finish_renewal(col.path).ok());
  EXPECT_EQ(own_parts(col, Generation::kPresent)->certificate_sha256, next.certificate_sha256);
  ASSERT_TRUE(create_file(col.path + "/keys/tls.next.key", view(*read_text(made("USA").path + "/keys/tls.key"))).ok());
  ASSERT_TRUE(finish_renewal(col.path).ok());  // a key whose certificate never came
  EXPECT_EQ(own_parts(col, Generation::kPresent)->certificate_sha256, next.certificate_sha256);
}

TEST_F(Home, is_visited_without_a_network_in_the_name_of_one_of_its_users) {
  const Directory directory = made("COL");
  EXPECT_TRUE(Visit::begin(directory.path, "").ok()) << "there are no users yet";
  EXPECT_EQ(Visit::begin(directory.path, "", "supervisor").error().code, Code::kDenied);
  ASSERT_TRUE(add_user(directory.path, "luis", Role::kExaminer, random_).ok());
  ASSERT_TRUE(add_user(directory.path, "old", Role::kExaminer, random_, 1).ok());
  EXPECT_EQ(Visit::begin(directory.path, "").error().code, Code::kInvalidInput);
  EXPECT_EQ(Visit::begin(directory.path, "nobody").error().code, Code::kDenied);
  EXPECT_EQ(Visit::begin(directory.path, "old").error().code, Code::kDenied);
  EXPECT_EQ(Visit::begin(directory.path, "luis", "supervisor").error().code, Code::kDenied);
  {
    auto visit = Visit::begin(directory.path, "luis", "examiner");
    ASSERT_TRUE(visit.ok()) << visit.error().message;
    net::Request request;
    request.method = "GET";
    request.target = "/v1/cases";
    EXPECT_EQ(visit->call(request).status, 200);
    request.target = "/metrics";
    EXPECT_EQ(visit->call(request).status, 403);
  }
  EXPECT_TRUE(has_log(directory.path));
  EXPECT_TRUE(open_log(directory.path).ok());
  EXPECT_TRUE(find_problems(directory.path)->empty());
  EXPECT_FALSE(has_log(folder_));
}

}  // namespace
}  // namespace puente::home
