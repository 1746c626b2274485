using System.Runtime.CompilerServices;

namespace EndToEnd.Tests.Waiting;

/// <summary>Waits for a condition, never for a time: asks again until it holds, and says what it waited for when it never does.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The first answer of the probe that is not null.</summary>
    public static async Task<T> GetAsync<T>(
        Func<Task<T?>> probe,
        TimeSpan? limit = null,
        Func<string>? seen = null,
        TimeSpan? pause = null,
        [CallerArgumentExpression(nameof(probe))] string what = "")
        where T : class
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await probe() is { } answer)
            {
                return answer;
            }

            var waited = TimeProvider.System.GetElapsedTime(began);
            if (waited > (limit ?? Limit))
            {
                throw new TimeoutException($"After {waited.TotalSeconds:F0} s still not: {what}. {seen?.Invoke()}");
            }

            await Task.Delay(pause ?? Pause);
        }
    }

    public static Task TrueAsync(
        Func<Task<bool>> condition,
        TimeSpan? limit = null,
        Func<string>? seen = null,
        TimeSpan? pause = null,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        GetAsync(async () => await condition() ? "yes" : null, limit, seen, pause, what);
}
