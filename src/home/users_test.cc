// Who a node knows: users, their passwords and examiners' certificates, machines, and a provider's people.
#include <algorithm>

#include "home/testing_home.h"

namespace puente::home {
namespace {

TEST_F(Home, knows_its_users_by_the_digest_of_their_tokens) {
  const Directory directory = made("COL");
  EXPECT_TRUE(read_users(directory.path)->empty());
  const auto token = add_user(directory.path, "ana", Role::kOfficer, random_);
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(add_user(directory.path, "ana", Role::kAuditor, random_).error().code, Code::kAlreadyExists);
  for (const char* name : {"Ana", "a.n.a", "ana_"})
    EXPECT_EQ(add_user(directory.path, name, Role::kSupervisor, random_).error().code, Code::kAlreadyExists)
        << "a second person of the same name is none: " << name;
  for (const char* name : {"a b", "", "node", "Node", "USA", "XQZ", "local"})
    EXPECT_EQ(add_user(directory.path, name, Role::kAuditor, random_).error().code, Code::kInvalidInput) << name;
  ASSERT_TRUE(add_user(directory.path, "luis", Role::kExaminer, random_).ok());
  const auto users = read_users(directory.path);
  ASSERT_EQ(users->size(), 2u);
  EXPECT_EQ((*users)[0].token_sha256, sha256(view(*token)));
  EXPECT_EQ((*users)[1].role, Role::kExaminer);
  EXPECT_EQ(read_text(directory.path + "/users.json")->find(*token), std::string::npos);
  for (const char* content : {"{", "{\"users\": [{\"name\": \"USA\"}]}", "[]", "{\"users\": [], \"more\": 1}"}) {
    ASSERT_TRUE(write_file(directory.path + "/users.json", view(content)).ok());
    EXPECT_NE(read_users(directory.path).error().message.find("users.json"), std::string::npos) << content;
  }
}

TEST_F(Home, lets_in_whom_its_users_file_names_at_that_moment) {
  const Directory directory = made("COL");
  SystemClock clock;
  LiveUsers users(directory.path, clock);
  const std::string ana = *add_user(directory.path, "ana", Role::kOfficer, random_);
  const std::string luis = *add_user(directory.path, "luis", Role::kExaminer, random_);
  const auto in = [&](const std::string& token) { return users.find(sha256(view(token))).has_value(); };
  EXPECT_TRUE(in(ana));
  EXPECT_TRUE(in(luis));
  const std::vector<api::User> both = *read_users(directory.path);
  users.refuse({*told_of(both)["luis"]["token"].as_string()});
  EXPECT_TRUE(in(ana));
  EXPECT_FALSE(in(luis)) << "a token that was taken away, whatever the file says";
  users.refuse({});
  EXPECT_EQ(users.changed()->size(), 2u);
  EXPECT_FALSE(users.changed().has_value());
  ASSERT_TRUE(remove_user(directory.path, "luis").ok());
  EXPECT_FALSE(in(luis));
  EXPECT_EQ(users.changed()->size(), 1u);
  const std::string another = *rotate_user(directory.path, "ana", random_);
  EXPECT_FALSE(in(ana));
  EXPECT_TRUE(in(another));
  ASSERT_TRUE(expire_user(directory.path, "ana", clock.now_ms() - 1).ok());
  EXPECT_FALSE(in(another));
  ASSERT_TRUE(expire_user(directory.path, "ana", clock.now_ms() + kHourMs).ok());
  EXPECT_TRUE(in(another));
  EXPECT_TRUE(users.account("ana")->password_hash.empty()) << "a token is no password";
  EXPECT_EQ(set_password(directory.path, "ana", "too short").error().code, Code::kInvalidInput);
  EXPECT_EQ(set_password(directory.path, "nobody", "seven small boats").error().code, Code::kNotFound);
  ASSERT_TRUE(set_password(directory.path, "ana", "seven small boats").ok());
  const auto with_password = users.account("ana");
  EXPECT_TRUE(is_password(with_password->password_hash, "seven small boats"));
  EXPECT_FALSE(is_password(with_password->password_hash, "seven small boat"));
  const std::string address = *set_authenticator(directory.path, "ana", random_);
  EXPECT_EQ(address.find("otpauth://totp/Puente%20COL:ana?secret="), 0u) << address;
  const auto with_both = users.account("ana");
  EXPECT_NE(address.find(with_both->authenticator), std::string::npos);
  EXPECT_NE(with_both->stamp, with_password->stamp) << "a session ends when anything of its user changes";
  const std::string told = canonical(told_of(*users.changed()));
  for (const std::string& secret : {with_both->password_hash, with_both->authenticator})
    EXPECT_EQ(told.find(secret), std::string::npos) << "what stands in the log holds no secret: " << told;
  users.refuse({*told_of(users.all())["ana"]["token"].as_string()});
  EXPECT_FALSE(users.account("ana")) << "nor by a password, once it is taken away";
  for (const char* const what : {"password", "authenticator"}) {
    users.refuse({*told_of(users.all())["ana"][what].as_string()});
    EXPECT_FALSE(users.account("ana")) << "nor by an older " << what << " that is put back";
  }
  users.refuse({});
  EXPECT_EQ(code_of(address, clock.now_ms()).size(), 6u) << "what a telephone shows";
  ASSERT_TRUE(set_password(directory.path, "ana", "").ok());
  EXPECT_TRUE(users.account("ana")->password_hash.empty());
  ASSERT_TRUE(remove_authenticator(directory.path, "ana").ok());
  EXPECT_TRUE(users.account("ana")->authenticator.empty());
  ASSERT_TRUE(expire_user(directory.path, "ana", clock.now_ms() - 1).ok());
  EXPECT_FALSE(users.account("ana"));
  ASSERT_TRUE(expire_user(directory.path, "ana", clock.now_ms() + kHourMs).ok());
  ASSERT_TRUE(write_file(directory.path + "/users.json", view("{ not JSON")).ok());
  EXPECT_FALSE(users.account("ana"));
  EXPECT_FALSE(in(another)) << "a file that cannot be read lets nobody in";
  EXPECT_EQ(remove_user(directory.path, "ana").error().code, Code::kInvalidInput);
}

TEST_F(Home, knows_its_machines_by_the_certificates_that_they_show) {
  const Directory directory = made("COL");
  SystemClock clock;
  LiveUsers users(directory.path, clock);
  ASSERT_TRUE(add_user(directory.path, "registry", Role::kOfficer, random_).ok());
  ASSERT_TRUE(add_user(directory.path, "other", Role::kAuditor, random_).ok());
  const std::string pem = net::make_identity("registry", 30)->certificate_pem;
  EXPECT_FALSE(users.machine("registry")) << "who has none shows none";
  EXPECT_EQ(set_certificate(directory.path, "registry", "no certificate").error().code, Code::kInvalidInput);
  EXPECT_EQ(set_certificate(directory.path, "nobody", pem).error().code, Code::kNotFound);
  ASSERT_TRUE(set_certificate(directory.path, "registry", pem).ok());
  EXPECT_EQ(set_certificate(directory.path, "other", pem).error().code, Code::kAlreadyExists) << "it is one machine's";
  ASSERT_TRUE(users.machine("registry"));
  EXPECT_EQ(users.machine("registry")->role, Role::kOfficer);
  EXPECT_FALSE(users.machine("registry")->by_session);
  for (const Role role : {Role::kExaminer, Role::kSupervisor}) {
    const std::string name = std::string("a.") + to_string(role);
    ASSERT_TRUE(add_user(directory.path, name, role, random_).ok());
    EXPECT_EQ(set_certificate(directory.path, name, net::make_identity(name, 30)->certificate_pem).error().code,
              Code::kDenied)
        << "who judges or decides is a person";
  }
  users.refuse({*told_of(users.all())["registry"]["certificate"].as_string()});
  EXPECT_FALSE(users.machine("registry")) << "nor by an older certificate that is put back";
  users.refuse({});
  ASSERT_TRUE(expire_user(directory.path, "registry", clock.now_ms() - 1).ok());
  EXPECT_FALSE(users.machine("registry"));
  ASSERT_TRUE(expire_user(directory.path, "registry", kNeverExpires).ok());
  const auto a_month_is_left = [&] {
    const auto report = check_node(directory.path, false);
    return std::ranges::any_of(report->findings, [](const Finding& each) {
      return each.about == "machine certificate of registry" && each.weight == Finding::Weight::kOdd;
    });
  };
  EXPECT_TRUE(a_month_is_left());
  struct : Clock {
    std::int64_t days = 29;
    std::int64_t now_ms() const override { return SystemClock().now_ms() + days * kDayMs; }
  } later;
  EXPECT_TRUE(LiveUsers(directory.path, later).machine("registry"));
  later.days = 31;
  EXPECT_FALSE(LiveUsers(directory.path, later).machine("registry")) << "its certificate has ended";
  static constexpr const char* kEnded =  // on 2 December 2026
      "-----BEGIN CERTIFICATE-----\n"
      "MIIBHjCBxwIUDHJcFSpYSgu1s61fIddn8Ic8Mr4wCgYIKoZIzj0EAwIwEzERMA8G\n"
      "A1UEAwwIcmVnaXN0cnkwHhcNMjYxMjAzMTc0NzI1WhcNMjYxMjAyMTc0NzI1WjAT\n"
      "MREwDwYDVQQDDAhyZWdpc3RyeTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABD8V\n"
      "J8kWOMj5U9+FmgNJLxkUckUQF2RHsHPHnieHtEknRLdIO5RWM2nAYL27UVsabPEh\n"
      "Hus7K47/BQ7AsTxdy74wCgYIKoZIzj0EAwIDRgAwQwIfAaPDNCPTqTtU2Xqnr1Uj\n"
      "4FYyhmy2S+m2sxES5QrpeQIgSiKae6kxWLtHVo4HjnG1YbH9TGjeBXU3sPb5OxN8\n"
      "IRI=\n"
      "-----END CERTIFICATE-----\n";
  EXPECT_EQ(set_certificate(directory.path, "registry", kEnded).error().code, Code::kInvalidInput);
  ASSERT_TRUE(set_certificate(directory.path, "registry", "").ok());
  EXPECT_FALSE(users.machine("registry"));
  EXPECT_EQ(add_user(directory.path, "idp:ana", Role::kOfficer, random_).error().code, Code::kInvalidInput)
      << "a provider's users are named so";
}

TEST_F(Home, is_told_of_a_provider_and_of_where_machines_come) {
  const Directory directory = made("COL");
  const std::string sound = *read_text(directory.path + "/node.toml");
  const std::string provider =
      "[provider]\nissuer = \"https://login.example/realms/col\"\nclient_id = \"puente\"\naudience = \"puente-col\"\n"
      "return_address = \"https://node.example:8443/v1/sign-in/return\"\nroles_claim = \"realm_access.roles\"\n";
  const std::string roles = "[provider.roles]\nofficer = \"border\"\nsupervisor = \"boss\"\n";
  const auto read = parse_node_toml(directory.path, sound + "[machines]\nport = 8555\n" + provider + roles);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->machines_address, "127.0.0.1");
  EXPECT_EQ(read->machines_port, 8555);
  EXPECT_EQ(read->provider->roles,
            (std::map<std::string, Role>{{"border", Role::kOfficer}, {"boss", Role::kSupervisor}}));
  EXPECT_EQ(read->provider->name_claim, "sub");
  EXPECT_FALSE(directory.provider || !directory.machines_address.empty()) << "nobody vouches unless it is said";
  const auto with = [&](const std::string& what, const std::string& instead) {
    std::string text = sound + provider + roles;
    text.replace(text.find(what), what.size(), instead);
    return parse_node_toml(directory.path, text);
  };
  ASSERT_TRUE(with("border", "border guard").ok());
  for (const auto& [what, instead] : {std::pair("https://login", "http://login"),
                                      {"issuer", "issuers"},
                                      {"client_id", "client"},
                                      {"login.example/realms/col", ""},
                                      {"login.example", "me:secret@login.example"},
                                      {"realms/col", "realms/col?x#f"},
                                      {"\"puente\"", "\"\""},
                                      {"realm_access.roles", ""},
                                      {"realm_access.roles", "realm_access..roles"},
                                      {"/v1/sign-in/return", "/"},
                                      {"\"puente-col\"", "\"puente\""},
                                      {"\"boss\"", "\"border\""},
                                      {"supervisor", "chief"},
                                      {"[provider.roles]", "[provider.role]"}})
    EXPECT_FALSE(with(what, instead).ok()) << instead;
  EXPECT_FALSE(parse_node_toml(directory.path, sound + provider).ok()) << "without roles nobody could get in";
  EXPECT_FALSE(parse_node_toml(directory.path, sound + "[machines]\naddress = \"machines\"\n").ok());
}

TEST_F(Home, r7_an_examiner_s_certificate_has_a_last_day_and_nobody_else_has_one) {
  const Directory directory = made("COL");
  SystemClock clock;
  const std::int64_t until_ms = *end_of_certificate("2099-06-30");
  EXPECT_EQ(to_iso8601(until_ms), "2099-07-01T00:00:00.000Z") << "the last day is good as a whole";
  EXPECT_EQ(last_day_of_certificate(until_ms), "2099-06-30");
  for (const char* wrong : {"2099-06-31", "2099-06-30T12:00:00Z", "tomorrow", ""})
    EXPECT_FALSE(end_of_certificate(wrong).ok()) << wrong;
  const std::string luis = *add_user(directory.path, "luis", Role::kExaminer, random_, kNeverExpires, until_ms);
  const std::string nina = *add_user(directory.path, "nina", Role::kExaminer, random_);
  EXPECT_EQ(add_user(directory.path, "ana", Role::kOfficer, random_, kNeverExpires, until_ms).error().code,
            Code::kInvalidInput);
  ASSERT_TRUE(add_user(directory.path, "eva", Role::kSupervisor, random_).ok());
  EXPECT_EQ(certify_user(directory.path, "eva", until_ms).error().code, Code::kInvalidInput);
  LiveUsers users(directory.path, clock);
  const auto certified = [&](const std::string& token) { return users.find(sha256(view(token)))->certified_until_ms; };
  EXPECT_EQ(certified(luis), until_ms);
  EXPECT_EQ(certified(nina), kNotCertified);
  const Json told = told_of(*read_users(directory.path));
  EXPECT_EQ(*told["luis"]["certified_until"].as_string(), "2099-06-30");
  EXPECT_EQ(*told["nina"]["certified_until"].as_string(), "none") << "an older program's file is another one's now";
  EXPECT_TRUE(told["eva"]["certified_until"].is_null());
  ASSERT_TRUE(certify_user(directory.path, "nina", until_ms - 1).ok());
  users.look_again();
  EXPECT_EQ(certified(nina), until_ms);
  const std::string file = directory.path + "/users.json";
  std::string content = *read_text(file);
  content.replace(content.find("2099-06-30"), 10, "2099-06-31");
  ASSERT_TRUE(write_file(file, view(content)).ok());
  EXPECT_NE(read_users(directory.path).error().message.find("certified_until"), std::string::npos);
}

TEST_F(Home, node_check_says_ahead_when_a_certificate_of_an_examiner_ends) {
  const Directory directory = made("COL");
  const std::int64_t now_ms = SystemClock().now_ms();
  const auto add = [&](const char* name, std::int64_t until_ms) {
    ASSERT_TRUE(add_user(directory.path, name, Role::kExaminer, random_, kNeverExpires, until_ms).ok());
  };
  add("long", now_ms + 400 * kDayMs);
  add("soon", now_ms + 20 * kDayMs);
  add("over", now_ms - kDayMs);
  add("none", kNotCertified);
  std::map<std::string, Finding> found;
  const auto report = check_node(directory.path, false);
  ASSERT_TRUE(report.ok());
  for (const Finding& each : report->findings) found[each.about] = each;
  const auto is = [&](const char* name) { return found["certificate of " + std::string(name)]; };
  EXPECT_EQ(is("long").weight, Finding::Weight::kWell);
  for (const char* name : {"soon", "over", "none"}) {
    EXPECT_EQ(is(name).weight, Finding::Weight::kOdd) << name;
    const auto said = what_ends_soon(directory, now_ms);
    EXPECT_TRUE(std::any_of(said.begin(), said.end(), [&](const std::string& line) {
      return line.starts_with("certificate of " + std::string(name));
    })) << name;
  }
  EXPECT_NE(is("soon").words.find("20 days left"), std::string::npos) << is("soon").words;
}

}  // namespace
}  // namespace puente::home
