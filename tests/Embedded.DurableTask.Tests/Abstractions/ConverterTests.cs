using Microsoft.DurableTask.Converters;

namespace Embedded.DurableTask.Tests.Abstractions;

public sealed class ConverterTests
{
    [Fact]
    public void Fields_and_declared_names_are_written_and_read()
    {
        var json = JsonDataConverter.Default.Serialize(new WithField { Number = 3 });

        Assert.Equal("{\"Number\":3}", json);
        Assert.Equal(3, JsonDataConverter.Default.Deserialize<WithField>(json)!.Number);
    }

    [Fact]
    public void Nothing_is_written_as_nothing_and_read_as_the_default()
    {
        Assert.Null(JsonDataConverter.Default.Serialize(null));
        Assert.Null(JsonDataConverter.Default.Deserialize<string>(null));
        Assert.Equal(0, JsonDataConverter.Default.Deserialize<int>(null));
    }

    private sealed class WithField
    {
#pragma warning disable CA1051 // The point of the test
        public int Number;
#pragma warning restore CA1051
    }
}
