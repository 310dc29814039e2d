// puente node user add | list | remove | rotate | expire | certify | password | authenticator | certificate. A running
// node knows within a second.
#include <cstdio>
#include <iostream>

#include "cli/call.h"
#include "cli/node.h"
#include "cli/options.h"
#include "core/clock.h"
#include "core/files.h"
#include "core/text.h"
#include "home/home.h"

namespace puente::cli {
namespace {

struct UserOptions {
  std::string data, name, role = "officer", until, certified, file;
  bool remove = false;
  bool json = false;
};

// "2027-01-31", midnight UTC, or with a time; "never"; "now".
Result<std::int64_t> moment(const std::string& text) {
  if (text.empty() || text == "never") return home::kNeverExpires;
  if (text == "now") return SystemClock().now_ms();
  return of_words(about("--until", parse_iso8601(text)));
}

Result<std::int64_t> certificate(const std::string& last_day) {
  if (last_day.empty() || last_day == "none") return home::kNotCertified;
  ASSIGN_OR_RETURN(const std::int64_t until, of_words(about("--certified-until", home::end_of_certificate(last_day))));
  if (until <= SystemClock().now_ms())
    return Error{kWrongUse, "--certified-until: " + last_day + " is past; no verdict would be given by it"};
  return until;
}

Result<int> show_token(const UserOptions& options, const std::string& token) {
  if (options.json) {
    Json out = Json::object({{"name", options.name}, {"token", token}});
    ASSIGN_OR_RETURN(const std::vector<home::UserLine> users, home::list_users(options.data));
    for (const home::UserLine& user : users) {
      if (user.name == options.name) out.set("role", to_string(user.role));
    }
    print_json(out);
    return 0;
  }
  std::printf("%s\n", token.c_str());
  std::fprintf(stderr, "this token of %s is shown once; a running node knows it within a second\n",
               options.name.c_str());
  return 0;
}

Result<int> add_user(const UserOptions& options) {
  SystemRandom random;
  ASSIGN_OR_RETURN(const Role role, parse_role(options.role));
  ASSIGN_OR_RETURN(const std::int64_t until, moment(options.until));
  if (until != home::kNeverExpires && until <= SystemClock().now_ms())
    return Error{kWrongUse, "--until: " + to_iso8601(until) + " is past; the token would never be good"};
  ASSIGN_OR_RETURN(const std::int64_t certified, certificate(options.certified));
  ASSIGN_OR_RETURN(const std::string token,
                   of_words(home::add_user(options.data, options.name, role, random, until, certified)));
  if (role == Role::kExaminer && certified == home::kNotCertified)
    std::fprintf(stderr, "%s has no certificate of competence, and gives no verdict until: puente node user certify\n",
                 options.name.c_str());
  return show_token(options, token);
}

Result<int> rotate(const UserOptions& options) {
  SystemRandom random;
  ASSIGN_OR_RETURN(const std::string token, home::rotate_user(options.data, options.name, random));
  return show_token(options, token);
}

Result<int> user_done(const UserOptions& options, const char* what) {
  if (options.json) {
    print_json(Json::object({{"name", options.name}}));
  } else {
    std::printf("%s %s; a running node knows it within a second\n", what, options.name.c_str());
  }
  return 0;
}

Result<int> remove_user(const UserOptions& options) {
  TRY(home::remove_user(options.data, options.name));
  return user_done(options, "removed");
}

Result<int> expire(const UserOptions& options) {
  ASSIGN_OR_RETURN(const std::int64_t until, moment(options.until));
  TRY(home::expire_user(options.data, options.name, until));
  return user_done(options, "changed");
}

Result<int> certify(const UserOptions& options) {
  ASSIGN_OR_RETURN(const std::int64_t until, certificate(options.certified));
  TRY(of_words(home::certify_user(options.data, options.name, until)));
  return user_done(options, "changed");
}

// From standard input, one line: never in a list of processes, nor in a shell's memory.
Result<int> give_password(const UserOptions& options) {
  std::string password;
  if (!options.remove) {
    if (!std::getline(std::cin, password) || password.empty())
      return Error{kWrongUse, "give the password on standard input: puente node user password … < FILE"};
    if (password.ends_with('\r')) password.pop_back();  // of a file that came from elsewhere
  }
  TRY(of_words(home::set_password(options.data, options.name, password)));
  ASSIGN_OR_RETURN(const std::vector<home::UserLine> users, home::list_users(options.data));
  for (const home::UserLine& user : users) {
    if (user.name == options.name && user.has_password && user.needs_authenticator && !user.has_authenticator)
      std::fprintf(stderr, "%s signs in with an authenticator too: puente node user authenticator\n",
                   options.name.c_str());
  }
  return user_done(options, "changed");
}

Result<int> give_authenticator(const UserOptions& options) {
  if (options.remove) {
    TRY(of_words(home::remove_authenticator(options.data, options.name)));
    return user_done(options, "changed");
  }
  SystemRandom random;
  ASSIGN_OR_RETURN(const std::string address, home::set_authenticator(options.data, options.name, random));
  if (options.json) {
    print_json(Json::object({{"name", options.name}, {"address", address}}));
  } else {
    std::printf("%s\n", address.c_str());
    std::fprintf(stderr, "this address is shown once: %s enters it into an authenticator\n", options.name.c_str());
  }
  return 0;
}

Result<int> give_certificate(const UserOptions& options) {
  if (options.remove != options.file.empty()) return Error{kWrongUse, "give either the certificate's file or --remove"};
  std::string pem;
  if (!options.remove) {
    ASSIGN_OR_RETURN(const Bytes read, read_file(options.file, 64u << 10));
    pem = std::string(text(read));
  }
  TRY(of_words(home::set_certificate(options.data, options.name, pem)));
  return user_done(options, "changed");
}

// Of an examiner; how long the certificate is good, which may be over.
std::string certificate_of(const home::UserLine& user, Json& row) {
  if (user.role != Role::kExaminer) return "";
  if (user.certified_until_ms == home::kNotCertified) return "  no certificate: gives no verdict";
  const std::string last = home::last_day_of_certificate(user.certified_until_ms);
  const std::int64_t days = (user.certified_until_ms - SystemClock().now_ms()) / kDayMs;
  row.set("certified_until", last).set("certified_days_left", std::max<std::int64_t>(days, 0));
  if (SystemClock().now_ms() >= user.certified_until_ms) return "  certificate over since " + last;
  return "  certified until " + last + ", " + std::to_string(days) + " days left";
}

Result<int> list_users(const UserOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<home::UserLine> users, home::list_users(options.data));
  Json::Array rows;
  for (const home::UserLine& user : users) {
    const bool ends = user.expires_ms != home::kNeverExpires;
    const std::string until = ends ? to_iso8601(user.expires_ms) : "";
    Json row = Json::object({{"name", user.name}, {"role", to_string(user.role)}});
    if (ends) row.set("expires", until).set("expired", SystemClock().now_ms() >= user.expires_ms);
    row.set("password", user.has_password)
        .set("authenticator", user.has_authenticator)
        .set("certificate", user.has_certificate);
    const std::string certified = certificate_of(user, row);
    rows.push_back(std::move(row));
    if (!options.json)
      std::printf("%-24s  %-10s  %s%s\n", user.name.c_str(), to_string(user.role), ends ? until.c_str() : "no end",
                  certified.c_str());
  }
  if (options.json) print_json(Json::object({{"users", Json(std::move(rows))}}));
  return 0;
}

void add_role(Command& command, UserOptions& options) {
  command.add_option("--role", options.role, "officer, examiner, supervisor, auditor or administrator")
      ->check(read_by(parse_role))
      ->capture_default_str();
  command.add_option("--until", options.until, "when it ends by itself: 2027-01-31 or with a time, UTC; default never");
  command.add_option(
      "--certified-until", options.certified,
      "an examiner's certificate of competence: its last day, such as 2027-06-30; no verdict without one");
}

using DoUser = Result<int> (*)(const UserOptions&);

}  // namespace

void add_node_user(Command& node, Run& run) {
  auto options = std::make_shared<UserOptions>();
  auto* user = node.add_subcommand(
      "user",
      "Users: add, list, remove, rotate (another token), expire, certify, password, authenticator, certificate");
  user->footer(
      "Examples: puente node user add --data /var/lib/puente --name luis.mora --role examiner --certified-until "
      "2027-06-30\n"
      "          puente node user list --data /var/lib/puente\n"
      "Without a word after `user` one is added.");
  const auto common = [&](Command* command, bool named) {
    command->add_option("--data", options->data, "data directory");
    if (named) command->add_option("--name", options->name, "user id, as it stands in cases")->check(is_an_id());
    command->add_flag("--json", options->json, "for programs");
  };
  const auto needs = [options](bool named) {
    if (options->data.empty()) missing("--data");
    if (named && options->name.empty()) missing("--name");
  };
  const auto command = [&](const char* name, const char* what, DoUser act, bool named) {
    auto* made = user->add_subcommand(name, what);
    common(made, named);
    made->callback([options, needs, act, named, &run] {
      needs(named);
      run = [options, act] { return act(*options); };
    });
    made->footer(std::string("Example: puente node user ") + name + " --data /var/lib/puente" +
                 (named ? " --name ana.ruiz" : ""));
    return made;
  };
  common(user, true);
  add_role(*user, *options);
  add_role(*command("add", "Add a user and print the token", add_user, true), *options);
  command("list", "Who may call, in which role, until when", list_users, false);
  command("remove", "Take a user out: the token opens nothing any more", remove_user, true);
  command("rotate", "Give a user another token; the older one opens nothing any more", rotate, true);
  command("expire", "Say when a user ends", expire, true)
      ->add_option("--until", options->until, "2027-01-31, midnight UTC, or with a time; now; never")
      ->required();
  command("certify", "Say until when an examiner is competent; none takes it away", certify, true)
      ->add_option("--certified-until", options->certified, "the certificate's last day, such as 2027-06-30; none")
      ->required();
  command("password", "Give a user a password for the console: one line of standard input", give_password, true)
      ->add_flag("--remove", options->remove, "take it away: they sign in by none");
  command("authenticator", "Give a user an authenticator: prints its otpauth address", give_authenticator, true)
      ->add_flag("--remove", options->remove, "take it away");
  auto* shows = command("certificate", "Give one of your own systems a certificate for [machines], instead of a token",
                        give_certificate, true);
  shows->add_option("file", options->file, "the certificate, PEM");
  shows->add_flag("--remove", options->remove, "take it away");
  user->callback([options, needs, user, &run] {
    if (user->calls_a_subcommand()) return;
    needs(true);
    run = [options] { return add_user(*options); };
  });
}

}  // namespace puente::cli
