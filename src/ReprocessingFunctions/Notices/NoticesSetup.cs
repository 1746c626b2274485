using Microsoft.Extensions.DependencyInjection;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Notices;

internal static class NoticesSetup
{
    public static IServiceCollection AddNotices(this IServiceCollection services) => services
        .AddSettings<NoticeOptions>(NoticeOptions.Prefix)
        .AddSingleton<NoticeStarter>()
        .AddSingleton<INotices, WebhookNotices>();
}
