// A running node of Colombia, an honest partner (Mexico), a hostile one (the USA) and an officer. The partners are keys
// alone: what they send is made here, so that it may be anything.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <sstream>
#include <thread>
#include <tuple>

#include "core/clock.h"
#include "core/files.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/parallel.h"
#include "core/process.h"
#include "core/text.h"
#include "exchange/exchange.h"
#include "format/image/image.h"
#include "lab/synth/synth.h"
#include "net/net.h"
#include "net/testing_sockets.h"
#include "policy/policy.h"

namespace puente::attack {

template <typename T>
T must(Result<T> result) {
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return std::move(result).value();
}

inline Bytes finger_image(std::uint32_t person, std::uint32_t day) {
  static std::map<std::pair<std::uint32_t, std::uint32_t>, Bytes> grown;
  Bytes& out = grown[{person, day}];
  if (out.empty())
    out = must(format::encode_png(synth::capture(synth::grow_finger(5, person, Finger::kRightIndex), day)));
  return out;
}

struct Figures {
  std::vector<double> ms;
  int failed = 0;
  double at(double share) const {
    if (ms.empty()) return 0;
    std::vector<double> sorted = ms;
    std::sort(sorted.begin(), sorted.end());
    return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
  }
};

// The node, its keys, partners and users, and what it says of itself.
class Ground : public testing::Test {
 protected:
  struct Partner {
    std::string country;
    net::Identity tls;
    SigningKey signing;
    SealingKey sealing;
    std::unique_ptr<net::PinnedTransport> line;
    AcceptedAgreement agreement;
  };

  void SetUp() override {
    root_ = std::filesystem::temp_directory_path() / "puente-attack-XXXXXX";
    ASSERT_NE(mkdtemp(root_.data()), nullptr);
    data_ = root_ + "/node";
    run({"node", "init", "--data", data_, "--country", "COL", "--api-port", "0", "--partner-port", "0"});
    for (const char* role : {"officer", "supervisor", "auditor"}) {
      const std::string said = run({"node", "user", "--data", data_, "--name", role, "--role", role});
      tokens_[role] = said.substr(0, said.find('\n'));
    }
    own_ = key_of<Bytes>("sealing.key");
    agree(honest_, "MEX", 100'000);
    agree(hostile_, "USA", quota_);
    serve();
    for (std::uint32_t person = 1; person <= 4; ++person) {
      const net::Response enrolled = call("officer", "POST", "/v1/persons", enrolment(person));
      ASSERT_EQ(enrolled.status, 201) << text(enrolled.body);
    }
  }
  void TearDown() override {
    process_.reset();
    std::filesystem::remove_all(root_);
  }

  std::string run(const std::vector<std::string>& arguments) {
    const auto ended = run_program(PUENTE_PROGRAM, arguments, root_ + "/errors", 120'000);
    EXPECT_TRUE(ended.ok() && ended->exit_code == 0) << arguments[0] << " " << arguments[1];
    return ended.ok() ? ended->output : "";
  }
  template <typename T>
  T key_of(const std::string& file) {
    return must(from_hex(without_white_end(std::string(text(must(read_file(data_ + "/keys/" + file, 1000)))))));
  }

  // Keys of a partner, and an agreement that both have signed.
  void agree(Partner& partner, const std::string& country, int quota) {
    partner.country = country;
    partner.tls = must(net::make_identity(country, 30));
    partner.signing = SigningKey::generate(random_);
    partner.sealing = SealingKey::generate(random_);
    const SigningKey ours = must(SigningKey::from_seed(*fixed<32>(key_of<Bytes>("signing.key"))));
    const SealingKey our_seal = must(SealingKey::from_bytes(own_));
    const Party col{"COL", "Colombia", ours.public_key(), our_seal.public_key(), own_certificate(), {1, 2}};
    const Party other{country,
                      country,
                      partner.signing.public_key(),
                      partner.sealing.public_key(),
                      must(net::certificate_sha256(partner.tls.certificate_pem)),
                      {1, 2}};
    const Json clause = Json::object({{"purpose", "border_identification"},
                                      {"may_ask", Json::array({"COL", country})},
                                      {"modalities", Json::array({"finger"})},
                                      {"release", Json::array({"family_name"})},
                                      {"retention_days", 30},
                                      {"daily_quota", quota},
                                      {"review_required", true}});
    const std::int64_t now_ms = SystemClock().now_ms();
    Json document =
        must(policy::draft_agreement("col-" + country, to_iso8601(now_ms - kDayMs), to_iso8601(now_ms + 100 * kDayMs),
                                     col, other, Json::array({clause}), ""));
    document = must(policy::sign_agreement(document, "COL", ours));
    document = must(policy::sign_agreement(document, country, partner.signing));
    const std::string path = root_ + "/" + country + ".json";
    ASSERT_TRUE(write_file(path, view(canonical(document))).ok());
    run({"node", "accept", "--data", data_, path});
    static_cast<Agreement&>(partner.agreement) = must(policy::read_agreement(canonical(document)));
  }
  Digest own_certificate() {
    return must(net::certificate_sha256(text(must(read_file(data_ + "/keys/tls.crt", 1u << 20)))));
  }

  void serve() {
    process_ = std::make_unique<Process>(
        must(Process::start_program(PUENTE_PROGRAM, {"node", "serve", "--data", data_}, root_ + "/errors")));
    const Json ready = must(parse_json(must(process_->read_line(60'000))));
    const auto port = [&](const char* member) {
      const std::string url = *ready[member].as_string();
      return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    };
    api_port_ = port("api");
    partner_port_ = port("partner");
    for (Partner* each : {&honest_, &hostile_}) {
      each->line = std::make_unique<net::PinnedTransport>(each->tls);
      each->line->set_peer("COL", {"127.0.0.1", partner_port_, "", own_certificate()});
    }
  }

  net::Response call(const char* who, const std::string& method, const std::string& target,
                     const std::string& body = {}) {
    net::ClientOptions client;
    client.url = "https://127.0.0.1:" + std::to_string(api_port_);
    client.certificate_sha256 = own_certificate();
    client.bearer_token = who == nullptr ? "" : tokens_[who];
    client.wait_ms_max = 60'000;
    const auto response = net::request(client, method, target, "application/json", view(body));
    net::Response none;
    none.status = 0;
    return response.ok() ? *response : none;
  }
  static std::string enrolment(std::uint32_t person) {
    return canonical(Json::object(
        {{"person_id", "p" + std::to_string(person)},
         {"samples",
          Json::array({Json::object({{"position", "RIGHT_INDEX"}, {"image", to_base64(finger_image(person, 1))}})})}}));
  }

  std::map<std::string, double> metrics() {
    std::map<std::string, double> out;
    std::istringstream lines{std::string(text(call("supervisor", "GET", "/metrics").body))};
    for (std::string line; std::getline(lines, line);) {
      const std::size_t blank = line.rfind(' ');
      if (!line.starts_with('#') && blank != line.npos) out[line.substr(0, blank)] = std::stod(line.substr(blank));
    }
    return out;
  }
  std::int64_t log_size() { return static_cast<std::int64_t>(metrics()["puente_log_entries"]); }
  std::int64_t events(const std::string& name) {
    return static_cast<std::int64_t>(metrics()["puente_events_total{event=\"" + name + "\"}"]);
  }
  // Processor time of the node so far, of all its threads.
  double worked_s() const {
    std::ifstream stat("/proc/" + std::to_string(process_->id()) + "/stat");
    const std::string line((std::istreambuf_iterator<char>(stat)), std::istreambuf_iterator<char>());
    std::istringstream fields(line.substr(line.rfind(')') + 2));
    std::vector<std::string> all((std::istream_iterator<std::string>(fields)), std::istream_iterator<std::string>());
    return (std::stod(all.at(11)) + std::stod(all.at(12))) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  std::int64_t memory_peak_mb() const {
    std::ifstream status("/proc/" + std::to_string(process_->id()) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) / 1024;
    return 0;
  }

  int quota_ = 50;
  std::string root_, data_;
  SystemRandom random_;
  Bytes own_;  // sealing key
  std::map<std::string, std::string> tokens_;
  Partner honest_, hostile_;
  std::uint16_t api_port_ = 0, partner_port_ = 0;
  std::unique_ptr<Process> process_;
};

class Field : public Ground {
 protected:
  struct Served {
    Figures partner, officer;
    std::vector<double> shares = {};  // of all processors, that the node worked meanwhile; of each round
    double share() const {
      return std::accumulate(shares.begin(), shares.end(), 0.0) / static_cast<double>(shares.size());
    }
  };

  // ---- what a partner may send ----
  exchange::Header header(const Partner& from) {
    return exchange::new_header(from.agreement, from.country, random_.id("m-"), random_.id("x-"),
                                SystemClock().now_ms());
  }
  Bytes question(const Partner& from, std::vector<Sample> probe, const std::string& reference = "FILE-2026-1") {
    const exchange::QuestionBody body{Purpose::kBorderIdentification, reference, SystemClock().now_ms() + 60'000,
                                      std::move(probe)};
    return must(exchange::seal(header(from), body, from.signing, sealing_of_col(from)));
  }
  static SealingPublicKey sealing_of_col(const Partner& partner) { return partner.agreement.party("COL")->sealing_key; }
  int send(const Partner& from, ByteView message) {  // the status of the answer; 0: none
    const auto reply = from.line->post("COL", "/partner/v1/messages", message, 60'000);
    return reply.ok() ? reply->status : 0;
  }
  exchange::Message answer_to(const Partner& from, ByteView message) {
    const auto reply = must(from.line->post("COL", "/partner/v1/messages", message, 60'000));
    EXPECT_EQ(reply.status, 200) << text(reply.body);
    return must(
        exchange::open(reply.body, std::span(&from.agreement, 1), from.country, from.sealing, SystemClock().now_ms()));
  }

  // ---- what the honest ones see ----
  void measure(Served& out) {
    const int each = for_figures() ? 30 : 15;
    const auto started = std::chrono::steady_clock::now();
    const double worked_before_s = worked_s();
    const auto time = [](Figures& figures, const std::function<bool()>& served) {
      const auto begun = std::chrono::steady_clock::now();
      if (!served()) ++figures.failed;
      figures.ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
    };
    const std::string probe = canonical(Json::object(
        {{"case_reference", "FILE-2026-17"},
         {"samples",
          Json::array({Json::object({{"position", "RIGHT_INDEX"}, {"image", to_base64(finger_image(2, 3))}})})}}));
    const std::vector<Sample> strangers = {{FingerCapture::kRightIndex, finger_image(9, 1), 0}};
    for (int i = 0; i < each; ++i) {
      const Bytes asked = question(honest_, strangers);
      time(out.partner, [&] { return send(honest_, asked) == 200; });
      time(out.officer, [&] { return call("officer", "POST", "/v1/identify", probe).status == 200; });
      EXPECT_EQ(call(nullptr, "GET", "/v1/health").status, 200);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    out.shares.push_back((worked_s() - worked_before_s) / took.count() / cores());
  }

  // Figures for docs/performance.md want a machine of their own, and more calls, without and beside the attack in
  // turns, or what the machine does meanwhile would be the attack's: of those the bars are judged. Whoever attacks
  // brings processors of their own: then they use what the node and the honest ones leave. Elsewhere they would starve.
  static bool for_figures() { return std::getenv("PUENTE_MEASURE") != nullptr; }

  // Measures alone and beside an attack, which goes on until `ended`; prints what there is to print.
  void beside(const char* name, const std::function<void(const std::atomic<bool>& ended)>& attack, int attackers = 1) {
    Served alone, besides;
    std::int64_t entries = 0;
    for (int round = 0; round < (for_figures() ? 4 : 1); ++round) {
      if (round > 0) std::this_thread::sleep_for(std::chrono::seconds(2));  // for the last attack to be over
      measure(alone);
      const std::int64_t before = log_size();
      std::atomic<bool> ended{false};
      std::vector<std::jthread> threads;
      for (int i = 0; i < attackers; ++i)
        threads.emplace_back([&] { run_apart(for_figures() ? kNicest : kNiceToNobody, [&] { attack(ended); }); });
      std::this_thread::sleep_for(std::chrono::milliseconds(300));  // for the attack to be under way
      measure(besides);
      ended = true;
      threads.clear();
      entries += log_size() - before;
    }
    std::printf(
        "%-34s partner %5.0f/%5.0f -> %5.0f/%5.0f ms   officer %5.0f/%5.0f -> %5.0f/%5.0f ms   "
        "node %2.0f -> %2.0f %%   %4lld MB   %lld entries\n",
        name, alone.partner.at(0.5), alone.partner.at(0.99), besides.partner.at(0.5), besides.partner.at(0.99),
        alone.officer.at(0.5), alone.officer.at(0.99), besides.officer.at(0.5), besides.officer.at(0.99),
        100 * alone.share(), 100 * besides.share(), static_cast<long long>(memory_peak_mb()),
        static_cast<long long>(entries));
    EXPECT_EQ(besides.partner.failed, 0) << name;
    EXPECT_EQ(besides.officer.failed, 0) << name;
    if (!for_figures()) return;
    for (const auto& [who, before, during] : {std::tuple{"partner", &alone.partner, &besides.partner},
                                              std::tuple{"officer", &alone.officer, &besides.officer}}) {
      const double median = during->at(0.5) / before->at(0.5), slowest = during->at(0.99) / before->at(0.99);
      std::printf("%-34s %s: median %.2f times, 99 %% %.2f times, of %zu calls\n", name, who, median, slowest,
                  during->ms.size());
      EXPECT_LT(median, 1.2) << name << ", " << who;
      EXPECT_LT(slowest, 2.0) << name << ", " << who;
    }
  }
};

}  // namespace puente::attack
