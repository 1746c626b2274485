namespace Reprocessing.Cli.Output;

internal enum OutputFormat
{
    Table,
    Json,
    Ndjson,
    Csv,
}
