global using System.Net;
global using System.Text.Json;
global using Reprocessing.Cli.Terminal;
global using Reprocessing.Cli.Tests.Testing;
