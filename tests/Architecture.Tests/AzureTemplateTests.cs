using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Alerts;
using Reprocessing.Domain.Names;

namespace Architecture.Tests;

/// <summary>What infra/azure would make: compiled and evaluated here, as far as that goes without Azure, and compared with the app and its documents.</summary>
public sealed partial class AzureTemplateTests
{
    private const string SignIn = "param signInClientId = '11111111-1111-1111-1111-111111111111'";

    private static readonly string[] Secrets = ["NotificationWebhookUrl", "NotificationWebhookSecret", "RestartWebhookUrl", "RestartWebhookSecret"];

    private static readonly Lazy<IReadOnlyList<JsonElement>> Dev = new(() => Bicep.Resources("dev", SignIn));

    private static readonly Lazy<IReadOnlyList<JsonElement>> Prod = new(() => Bicep.Resources(
        "prod", SignIn, $"param vaultSettings = [{string.Join(", ", Secrets.Select(name => $"'{name}'"))}]", "param alertEmails = ['operators@example.org']"));

    private static readonly Lazy<IReadOnlyList<JsonElement>> Premium = new(() => Bicep.Resources(
        "prod", SignIn, "param environment = { ...environments.prod, plan: 'premium', publicAccess: false }"));

    private static readonly Lazy<string> Compiled = new(() => Bicep.Run("build", "infra/azure/main.bicep", "--stdout"));

    private static readonly Assembly App = typeof(Reprocessing.Functions.AppComposition).Assembly;

    private static readonly string Page = Repository.Read("docs/deployment.md");

    private static readonly string[] Names = ["dev", "prod", "premium"];

    public static TheoryData<string> Environments => new(Names);

    [Fact]
    public void Every_file_compiles_and_the_linter_has_nothing_to_say()
    {
        Assert.Empty(Bicep.Run("lint", "--pattern", "infra/azure/*.bicep"));
        Assert.Empty(Bicep.Run("lint", "--pattern", "infra/azure/*.bicepparam"));
    }

    [Fact]
    public void Nothing_is_deployed_without_a_sign_in() =>
        Assert.Contains("REPROCESSING_SIGN_IN_CLIENT_ID", Assert.ThrowsAny<Exception>(() => Bicep.Resources("dev", "param signInClientId = ''")).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Environments))]
    public void Every_setting_that_is_set_is_one_that_the_app_or_its_platform_knows(string environment)
    {
        var known = Rows(Repository.Read("docs/settings.md")).Concat(Rows(Page)).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(Settings(environment).Keys.Except(known));
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void Every_schedule_that_the_host_reads_is_set(string environment)
    {
        var read = Triggers<TimerTriggerAttribute>().Select(trigger => Setting().Match(trigger.Schedule)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(read);
        Assert.Empty(read.Except(Settings(environment).Keys));
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void The_thresholds_of_alerts_are_set_and_are_those_of_the_app(string environment)
    {
        using var sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"));
        var thresholds = sample.RootElement.GetProperty("Values").EnumerateObject().Where(setting => setting.Name.StartsWith("Alert", StringComparison.Ordinal)).ToList();

        Assert.Equal(7, thresholds.Count);
        Assert.All(thresholds, threshold => Assert.Equal(threshold.Value.GetString(), Settings(environment)[threshold.Name]));
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void Links_in_answers_are_below_the_apps_own_address(string environment) =>
        Assert.Matches(@"^\[format\('https://\{0\}', .*Microsoft\.Web/sites/.*\.defaultHostName\)\]$", Settings(environment)["ApiPublicUrl"]);

    [Fact]
    public void A_gateways_address_takes_the_place_of_the_apps_own()
    {
        var settings = Bicep.Resources("dev", SignIn, "param settings = { ApiPublicUrl: 'https://example.com/orders' }")
            .Single(resource => resource.GetProperty("type").GetString() == "Microsoft.Web/sites/config" && Name(resource).EndsWith("/appsettings", StringComparison.Ordinal));

        Assert.Equal("https://example.com/orders", settings.GetProperty("properties").GetProperty("ApiPublicUrl").GetString());
    }

    [Fact]
    public void Secrets_are_read_from_the_vault_by_the_apps_identity_and_none_is_a_value()
    {
        var settings = Settings("prod");

        Assert.All(Secrets, name => Assert.Matches($"@Microsoft\\.KeyVault\\(VaultName=.*{name}", settings[name]));
        Assert.Contains("identityId", Site("prod").GetProperty("properties").GetProperty("keyVaultReferenceIdentity").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Settings("dev").Keys.Except(["ApiPublicUrl"]), name => name.EndsWith("Secret", StringComparison.Ordinal) || name.EndsWith("Url", StringComparison.Ordinal));
        Assert.All(Names, environment => Assert.DoesNotContain(Settings(environment), setting =>
            setting.Value.Contains("AccountKey=", StringComparison.Ordinal) || setting.Value.StartsWith("whsec_", StringComparison.Ordinal)));
        Assert.DoesNotMatch("listKeys|listAccountSas|listConnectionStrings", Compiled.Value);
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void Storage_is_opened_by_the_apps_identity_alone(string environment)
    {
        var settings = Settings(environment);
        var account = Only(environment, "Microsoft.Storage/storageAccounts").GetProperty("properties");

        Assert.Equal("managedidentity", settings["AzureWebJobsStorage__credential"]);
        Assert.Contains("storage", settings["AzureWebJobsStorage__accountName"], StringComparison.Ordinal);
        Assert.Contains("identityClientId", settings["AzureWebJobsStorage__clientId"], StringComparison.Ordinal);
        Assert.DoesNotContain("AzureWebJobsStorage", settings.Keys);
        Assert.Equal("UserAssigned", Site(environment).GetProperty("identity").GetProperty("type").GetString());
        Assert.False(account.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.False(account.GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.True(account.GetProperty("supportsHttpsTrafficOnly").GetBoolean());
        Assert.Equal("TLS1_2", account.GetProperty("minimumTlsVersion").GetString());
    }

    [Theory]
    [InlineData("Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe")]
    [InlineData("Storage Queue Data Contributor", "974c5e8b-45b9-4653-ba55-5f855dd0fb88")]
    [InlineData("Storage Table Data Contributor", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3")]
    [InlineData("Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6")]
    [InlineData("Monitoring Metrics Publisher", "3913510d-42f4-4e42-8a64-420c390055eb")]
    public void The_identity_has_five_roles_each_on_one_resource(string name, string id)
    {
        var assignments = Of("prod", "Microsoft.Authorization/roleAssignments").Select(resource => resource.GetProperty("properties")).ToList();

        Assert.Equal(5, assignments.Count);
        var role = Assert.Single(assignments, assignment => assignment.GetProperty("roleDefinitionId").GetString()!.EndsWith($"/{id}", StringComparison.Ordinal));
        Assert.Matches("identityPrincipalId|userAssignedIdentities", role.GetProperty("principalId").GetString());
        Assert.Contains($"| {name} | `{id}` |", Page, StringComparison.Ordinal);
        // Storage has its three in one loop.
        Assert.Equal([true, true, true], Declared(JsonElement.Parse(Compiled.Value), "Microsoft.Authorization/roleAssignments").Select(assignment => assignment.TryGetProperty("scope", out _)));
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void The_app_is_reached_by_https_and_deployed_without_a_password(string environment)
    {
        var site = Site(environment).GetProperty("properties");

        Assert.True(site.GetProperty("httpsOnly").GetBoolean());
        Assert.Equal("1.2", site.GetProperty("siteConfig").GetProperty("minTlsVersion").GetString());
        Assert.Equal("Disabled", site.GetProperty("siteConfig").GetProperty("ftpsState").GetString());
        Assert.Equal([false, false], Of(environment, "Microsoft.Web/sites/basicPublishingCredentialsPolicies").Select(policy => policy.GetProperty("properties").GetProperty("allow").GetBoolean()));
    }

    [Theory]
    [InlineData("dev", "FlexConsumption", "Enabled", "Enabled", 0)]
    [InlineData("prod", "FlexConsumption", "Enabled", "Disabled", 4)]
    [InlineData("premium", "ElasticPremium", "Disabled", "Disabled", 5)]
    public void Plan_and_network_go_by_the_environment(string environment, string plan, string app, string data, int endpoints)
    {
        var isFlex = plan == "FlexConsumption";

        Assert.Equal(plan, Only(environment, "Microsoft.Web/serverfarms").GetProperty("sku").GetProperty("tier").GetString());
        Assert.Equal(isFlex, Site(environment).GetProperty("properties").GetProperty("functionAppConfig").ValueKind == JsonValueKind.Object);
        Assert.Equal(!isFlex, Settings(environment).ContainsKey("FUNCTIONS_WORKER_RUNTIME"));
        Assert.Equal(app, Access(Site(environment)));
        Assert.Equal(data, Access(Only(environment, "Microsoft.Storage/storageAccounts")));
        Assert.Equal(data, Access(Only(environment, "Microsoft.KeyVault/vaults")));
        Assert.Equal(endpoints, Of(environment, "Microsoft.Network/privateEndpoints").Count());
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void Only_what_needs_no_key_needs_no_sign_in(string environment)
    {
        var signIn = Of(environment, "Microsoft.Web/sites/config").Single(config => Name(config).EndsWith("/authsettingsV2", StringComparison.Ordinal)).GetProperty("properties");
        var rule = signIn.GetProperty("globalValidation");
        var open = Triggers<HttpTriggerAttribute>().Where(trigger => trigger.AuthLevel == AuthorizationLevel.Anonymous)
            .SelectMany(trigger => trigger.Route is "dashboard/{*path}" ? ["/dashboard", "/dashboard/*"] : new[] { $"/{trigger.Route}" });

        Assert.True(signIn.GetProperty("platform").GetProperty("enabled").GetBoolean());
        Assert.True(rule.GetProperty("requireAuthentication").GetBoolean());
        Assert.Equal("Return401", rule.GetProperty("unauthenticatedClientAction").GetString());
        Assert.Equal([.. open, "/runtime/webhooks/durabletask/*"], rule.GetProperty("excludedPaths").EnumerateArray().Select(path => path.GetString()!));
    }

    [Fact]
    public void Azd_finds_the_template_the_project_and_the_app()
    {
        var project = Repository.Read("azure.yaml");
        var paths = PathLine().Matches(project).Select(match => match.Groups[1].Value).ToList();
        var service = Site("dev").GetProperty("tags").GetProperty("azd-service-name").GetString();

        Assert.Equal(["infra/azure", "infra/azure/sign-in.sh", "src/Reprocessing.Functions"], paths);
        Assert.All(paths, path => Assert.True(Directory.Exists(Path.Combine(Repository.Root, path)) || File.Exists(Path.Combine(Repository.Root, path)), path));
        Assert.Contains($"\nservices:\n  {service}:\n", project, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sign_in_knows_four_roles()
    {
        var roles = JsonElement.Parse(Repository.Read("infra/azure/sign-in.json")).GetProperty("appRoles").EnumerateArray().Select(role => role.GetProperty("value").GetString()!).ToList();

        Assert.Equal(["viewer", "operator", "approver", "admin"], roles);
        Assert.All(roles, role => Assert.Contains($"| `{role}` |", Page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_alert_rule_hears_a_line_that_the_app_logs_and_every_kind_of_alert_is_heard_by_one()
    {
        var rules = Of("prod", "Microsoft.Insights/scheduledQueryRules").ToDictionary(
            Name, rule => Pattern().Match(rule.GetProperty("properties").GetProperty("criteria").GetProperty("allOf")[0].GetProperty("query").GetString()!).Groups[1].Value);
        var kinds = EnumNames.All<AlertKind>();
        var lines = Templates().SelectMany(template => kinds.Select(kind => Placeholder().Replace(template.Replace("{Kind}", kind, StringComparison.Ordinal), "x-1"))).Distinct().ToList();

        Assert.All(rules, rule => Assert.Contains(lines, line => Regex.IsMatch(line, rule.Value)));
        Assert.All(kinds, kind => Assert.Single(rules, rule => Regex.IsMatch($"Alert {kind} raised (x-1): x-1", rule.Value)));
        Assert.All(rules.Keys, rule => Assert.Contains($"`{rule.Replace("reprocessing-", string.Empty, StringComparison.Ordinal)}`", Page, StringComparison.Ordinal));
        Assert.All(Of("prod", "Microsoft.Insights/scheduledQueryRules"), rule => Assert.Single(rule.GetProperty("properties").GetProperty("actions").GetProperty("actionGroups").EnumerateArray()));
        Assert.Single(Only("prod", "Microsoft.Insights/actionGroups").GetProperty("properties").GetProperty("emailReceivers").EnumerateArray());
    }

    [Fact]
    public void The_workbook_reads_lines_as_the_app_writes_them()
    {
        var written = Templates().Select(template => Placeholder().Replace(template, "{}")).ToList();
        var read = JsonElement.Parse(Repository.Read("infra/azure/workbook.json")).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("content")).Where(content => content.TryGetProperty("query", out _))
            .SelectMany(content => content.GetProperty("query").GetString()!.Split('\n')).Select(line => Parse().Match(line)).Where(match => match.Success)
            .Select(match => string.Concat(Part().Matches(match.Groups[1].Value).Select(part => part.Groups[1].Success ? part.Groups[1].Value : "{}")))
            .ToList();

        Assert.True(read.Count >= 4);
        Assert.All(read, line => Assert.Contains(line, written));
    }

    [Fact]
    public void Every_parameter_is_explained()
    {
        var template = JsonElement.Parse(Compiled.Value);
        var members = template.GetProperty("definitions").EnumerateObject().SelectMany(type => type.Value.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().Select(member => member.Name) : []);

        Assert.Empty(template.GetProperty("parameters").EnumerateObject().Select(parameter => parameter.Name).Concat(members).Except(Rows(Page)));
    }

    private static IReadOnlyList<JsonElement> All(string environment) => (environment switch { "dev" => Dev, "prod" => Prod, _ => Premium }).Value;

    private static IEnumerable<JsonElement> Of(string environment, string type) => All(environment).Where(resource => resource.GetProperty("type").GetString() == type);

    private static JsonElement Only(string environment, string type) => Assert.Single(Of(environment, type));

    private static JsonElement Site(string environment) => Only(environment, "Microsoft.Web/sites");

    private static string Name(JsonElement resource) => resource.GetProperty("name").GetString()!;

    private static string? Access(JsonElement resource) => resource.GetProperty("properties").GetProperty("publicNetworkAccess").GetString();

    private static Dictionary<string, string> Settings(string environment) =>
        Of(environment, "Microsoft.Web/sites/config").Single(config => Name(config).EndsWith("/appsettings", StringComparison.Ordinal))
            .GetProperty("properties").EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!, StringComparer.Ordinal);

    /// <summary>The names in the first column of a page's tables.</summary>
    private static IEnumerable<string> Rows(string page) => page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .SelectMany(line => Code().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value));

    private static IEnumerable<T> Triggers<T>()
        where T : Attribute => App.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .SelectMany(method => method.GetParameters()).Select(parameter => parameter.GetCustomAttribute<T>()).OfType<T>();

    /// <summary>All that the app logs, with its placeholders.</summary>
    private static IEnumerable<string> Templates() => App.GetType("Reprocessing.Functions.Log", throwOnError: true)!
        .GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.Message).OfType<string>();

    /// <summary>Resources of a compiled template and of those nested in it.</summary>
    private static IEnumerable<JsonElement> Declared(JsonElement template, string type) =>
        template.ValueKind switch
        {
            JsonValueKind.Object when template.TryGetProperty("type", out var its) && its.ValueKind == JsonValueKind.String && its.GetString() == type => [template],
            JsonValueKind.Object => template.EnumerateObject().SelectMany(member => Declared(member.Value, type)),
            JsonValueKind.Array => template.EnumerateArray().SelectMany(item => Declared(item, type)),
            _ => [],
        };

    [GeneratedRegex("(?:path|run|project): (\\S+)")]
    private static partial Regex PathLine();

    [GeneratedRegex("^%(.+)%$")]
    private static partial Regex Setting();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("matches regex @\"([^\"]+)\"")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("parse Message with (.+)$")]
    private static partial Regex Parse();

    [GeneratedRegex("\"([^\"]*)\"|\\w+(?::\\w+)?")]
    private static partial Regex Part();
}
