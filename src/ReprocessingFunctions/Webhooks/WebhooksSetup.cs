using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReprocessingFunctions.Notices;
using ReprocessingFunctions.Restarts;

namespace ReprocessingFunctions.Webhooks;

internal static class WebhooksSetup
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        // The sender counts its own time. The factory's own log lines would tell addresses, and an address may be a secret.
        services.AddHttpClient(WebhookSender.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            .RemoveAllLoggers();
        return services
            .AddSingleton<WebhookSender>()
            .AddSingleton(provider => Targets(
                provider.GetRequiredService<IOptions<RestartOptions>>().Value,
                provider.GetRequiredService<IOptions<NoticeOptions>>().Value));
    }

    internal static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private static WebhookTargets Targets(RestartOptions restarts, NoticeOptions notices) => new(
        restarts.Target == RestartTargetKind.Webhook ? new(WebhookTargets.RestartsName, restarts) : null,
        notices.WebhookUrl is null ? null : new(WebhookTargets.NoticesName, notices));
}
