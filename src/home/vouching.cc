#include "home/vouching.h"

#include <spdlog/spdlog.h>

#include <chrono>

#include "core/text.h"

namespace puente::home {
namespace {

constexpr std::int64_t kAnswerMsMax = 5'000;

// "https://host:port" and what stands behind it.
Result<signin::Fetched> fetched(const std::string& authorities, const std::string& address, const std::string& form) {
  constexpr std::size_t kScheme = std::string_view("https://").size();
  const std::size_t path = address.find_first_of("/?", kScheme);
  net::ClientOptions options;
  options.url = address.substr(0, path);
  options.ca_pem = authorities;
  options.wait_ms_max = kAnswerMsMax;
  std::string target = path == std::string::npos ? "/" : address.substr(path);
  if (target.front() == '?') target.insert(0, "/");
  ASSIGN_OR_RETURN(net::Response answer, net::request(options, form.empty() ? "GET" : "POST", target,
                                                      "application/x-www-form-urlencoded", view(form)));
  return signin::Fetched{answer.status, std::string(text(answer.body))};
}

// keys/provider.secret, where this node has one at its provider.
Result<std::string> secret_of(const Directory& directory) {
  const auto read = read_text(directory.path + "/keys/provider.secret");
  if (!read.ok() && read.error().code == Code::kNotFound) return std::string();
  if (!read.ok()) return read.error();
  return std::string(without_white_end(*read));
}

}  // namespace

Vouching::Vouching(signin::ProviderConfig config, signin::Fetch fetch, Clock& clock, Random& random)
    : provider_(std::move(config), std::move(fetch), clock, random), refreshing_([this](const std::stop_token& ended) {
        std::string told;
        Mutex mutex;
        Condition never;
        const std::stop_callback wake(ended, [&] {
          const MutexLock lock(mutex);
          never.notify_all();
        });
        while (!ended.stop_requested()) {
          provider_.refresh();
          const std::string problem = provider_.problem();
          if (problem != told) spdlog::warn("the provider: {}", problem.empty() ? "it answers" : problem);
          told = problem;
          const MutexLock lock(mutex);
          if (!ended.stop_requested())
            never.wait_until(mutex, std::chrono::steady_clock::now() + std::chrono::seconds(1));
        }
      }) {}

std::string authorities_file(const Directory& directory) {
  const std::string& file = directory.provider->authorities;
  return file.starts_with('/') ? file : directory.path + "/" + file;
}

Result<std::unique_ptr<Vouching>> Vouching::start(const Directory& directory, Clock& clock, Random& random) {
  if (!directory.provider) return std::unique_ptr<Vouching>();
  const ProviderAddress& from = *directory.provider;
  const std::string file = authorities_file(directory);
  ASSIGN_OR_RETURN(const std::string authorities, about("[provider] authorities: " + file, read_text(file)));
  ASSIGN_OR_RETURN(const std::string secret, secret_of(directory));
  signin::ProviderConfig config{from.issuer,   from.name,           from.client_id,      secret,
                                from.audience, from.return_address, from.name_claim,     from.roles_claim,
                                from.roles,    from.second_factor,  from.certified_claim};
  signin::Fetch fetch = [authorities](const std::string& address, const std::string& form) {
    return fetched(authorities, address, form);
  };
  return std::unique_ptr<Vouching>(new Vouching(std::move(config), std::move(fetch), clock, random));
}

}  // namespace puente::home
