namespace Embedded.Functions.Binding;

/// <summary>Names how a parameter marked with FromBody is bound.</summary>
internal sealed class FromBodyBinding;
