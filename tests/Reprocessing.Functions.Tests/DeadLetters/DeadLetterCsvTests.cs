using Reprocessing.Domain.Imports;

namespace Reprocessing.Functions.Tests.DeadLetters;

public sealed class DeadLetterCsvTests
{
    [Fact]
    public void Texts_are_guarded_and_numbers_and_times_the_same_everywhere()
    {
        var entry = DeadLetterApp.Open with
        {
            CustomerId = "=1+1",
            FinalFailureReason = "say \"so\", twice",
            FailedAt = Backlog.Start.ToOffset(TimeSpan.FromHours(2)),
            Notes = [new("+1 from me", "maria", Backlog.Start)],
        };

        var fields = CsvText.Split(DeadLetterCsv.Write(entry).TrimEnd());

        Assert.StartsWith("A1,'=1+1,picking_failed,command_failure,\"say \"\"so\"\", twice\",f1,2026-03-01T12:00:00.0000000Z,", DeadLetterCsv.Write(entry), StringComparison.Ordinal);
        Assert.Equal(CsvText.Split(DeadLetterCsv.Header.TrimEnd()).Count, fields.Count);
        Assert.Equal("maria: +1 from me", fields[^1]);
    }
}
