using System.Globalization;

namespace Fuzz;

/// <summary>The command with few requests; more of them by FUZZ_REQUESTS, others by FUZZ_SEED.</summary>
public sealed class FuzzTests
{
    [Fact]
    public async Task Every_answer_is_documented_and_what_is_left_agrees()
    {
        // A build server is slower than the limit is meant for.
        var options = new FuzzOptions(Number("FUZZ_REQUESTS", 1_200), Number("FUZZ_SEED", 1)) { Limit = TimeSpan.FromSeconds(60) };

        var report = await FuzzRun.RunAsync(options, TextWriter.Null, CancellationToken.None);

        Assert.True(report.Failures.Count == 0, report.Text);
        Assert.True(report.Answered.Count(answer => answer.Status < 300) > options.Requests / 10, $"Few requests succeed, so little is tried.\n{report.Text}");
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
