namespace Reprocessing.Cli.Terminal;

/// <summary>How far something is.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Detail">The rest, in words.</param>
internal sealed record ProgressFrame(string Title, string State, double? Percent, string Detail);
