namespace Embedded.Functions.Hosting;

/// <summary>The host refuses to start: every problem found at once, one a line.</summary>
internal sealed class HostStartException(IReadOnlyCollection<string> problems)
    : Exception($"The function app cannot start:{Environment.NewLine}{string.Join(Environment.NewLine, problems.Select(p => "- " + p))}")
{
    public IReadOnlyCollection<string> Problems { get; } = problems;

    public static void ThrowIfAny(IReadOnlyCollection<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new HostStartException(problems);
        }
    }
}
