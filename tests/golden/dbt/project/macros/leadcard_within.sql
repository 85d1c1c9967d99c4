{# A test: the column is known and lies between least and most, both of which belong. #}
{% test leadcard_within(model, column_name, least=none, most=none) %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} is null
{%- if least is not none %} or {{ column_name }} < {{ least }}{% endif %}
{%- if most is not none %} or {{ column_name }} > {{ most }}{% endif %}
{% endtest %}
