using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Binding;

/// <summary>A parameter that is filled from the trigger's data of the same name.</summary>
internal static class NamedValue
{
    public static object? Read(EmbeddedFunctionContext context, FunctionParameter parameter)
    {
        if (context.BindingContext.BindingData.TryGetValue(parameter.Name, out var value) && value is not null)
        {
            return TextValue.As((string)value, parameter.Type);
        }

        if (parameter.HasDefaultValue)
        {
            return parameter.DefaultValue;
        }

        return parameter.IsReferenceOrNullableType
            ? null
            : throw new FunctionInputConverterException(
                $"Could not populate the value for '{parameter.Name}' parameter. Consider adding a default value to the parameter.");
    }
}
