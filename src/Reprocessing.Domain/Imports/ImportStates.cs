namespace Reprocessing.Domain.Imports;

public static class ImportStates
{
    /// <summary>Nothing changes after it.</summary>
    public static bool IsFinal(this ImportState state) =>
        state is ImportState.Completed or ImportState.CompletedWithRejects or ImportState.Failed or ImportState.Canceled;
}
