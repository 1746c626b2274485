namespace Embedded.DurableTask.History;

/// <summary>
/// Raised when the engine's own sequence of commands changes for the same orchestrator code. A history keeps the number it was
/// begun with; one from a newer engine is refused rather than misread.
/// </summary>
internal static class EngineVersions
{
    public const int Current = 1;
}
