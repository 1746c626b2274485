global using System.Buffers;
global using System.Diagnostics.CodeAnalysis;
global using System.Text.Json.Nodes;
global using Reprocessing.Domain.Filters.Syntax;
global using Reprocessing.Domain.Sharding;
