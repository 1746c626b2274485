using System.Text;

namespace Reprocessing.Cli.Tests.Testing;

/// <summary>A pipe whose other end is closed.</summary>
internal sealed class GoneReader : TextWriter
{
    private const int BrokenPipe = 32;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => throw new IOException("Broken pipe", BrokenPipe);
}
